package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** What a client of HTTP/2 begins with (RFC 9113 section 3.4). */
final class Preface {
  private static final ByteBuf TEXT =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII));

  static final int BYTES = TEXT.readableBytes();

  private Preface() {}

  /** Whether all that is there, or its first bytes, are of it. Observes. */
  static boolean begins(ByteBuf buffer) {
    int length = Math.min(BYTES, buffer.readableBytes());
    return ByteBufUtil.equals(buffer, buffer.readerIndex(), TEXT, 0, length);
  }
}
