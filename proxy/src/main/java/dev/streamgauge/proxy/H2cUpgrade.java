package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A request of HTTP/1.1 that asks to go on in HTTP/2 (RFC 7540 section 3.2; RFC 9113 keeps it for
 * those who still send it). One that cannot be followed is served as it came: that is allowed
 * always. Pure functions.
 */
final class H2cUpgrade {
  private static final int SETTING_BYTES = 6;
  private static final int SETTINGS_CHARS_MAX = 1_024;

  private H2cUpgrade() {}

  /** What the client set for HTTP/2; null if it asks for no such thing, or sends a body with it. */
  static @Nullable Http2Settings of(Head head, BodyFraming body) {
    String settings = head.onlyHeader("http2-settings");
    boolean asks =
        settings != null
            && settings.length() <= SETTINGS_CHARS_MAX
            && head.asksForUpgradeTo("h2c")
            && body.done();
    return asks && settings != null ? read(settings) : null;
  }

  private static @Nullable Http2Settings read(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (bytes.length % SETTING_BYTES != 0) {
      return null;
    }
    Http2Settings settings = new Http2Settings();
    try {
      for (int at = 0; at < bytes.length; at += SETTING_BYTES) {
        char id = (char) (((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff));
        long value = 0;
        for (int i = 2; i < SETTING_BYTES; i++) {
          value = (value << 8) | (bytes[at + i] & 0xff);
        }
        settings.put(id, Long.valueOf(value));
      }
    } catch (IllegalArgumentException e) {
      return null;
    }
    return settings;
  }

  /** The caller owns it. */
  static ByteBuf answer(ByteBufAllocator allocator) {
    return ByteBufUtil.writeAscii(
        allocator,
        "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n");
  }
}
