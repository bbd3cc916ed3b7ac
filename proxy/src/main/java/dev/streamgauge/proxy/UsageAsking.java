package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings.Usage;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRequest;
import dev.streamgauge.parser.UsageSplice;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request's body until it can be said whether usage is asked for, which changes its length
 * and so its head: until it is whole, or longer than {@code --max-inspected-body-bytes}. Then gives
 * out the body, with the splice or byte for byte as it came. Only with {@code --usage inject}; all
 * other requests pass as they are read. On one event loop.
 */
final class UsageAsking {
  private final HeldBody body;
  private final String path;
  private final boolean chunked;
  private final boolean codingsNamed;
  private final int bytesMax;

  private UsageAsking(Head head, String path, boolean chunked, int bytesMax) {
    this.bytesMax = bytesMax;
    this.path = path;
    this.body = new HeldBody(chunked ? HeldBody.Form.CHUNKED : HeldBody.Form.PLAIN);
    this.chunked = chunked;
    this.codingsNamed = head.header("accept-encoding") != null;
  }

  /** Null where the body need not be held; counts why, where usage could be asked for at all. */
  static @Nullable UsageAsking of(Loop loop, Head head, String path, BodyFraming framing) {
    if (loop.shared.settings().usage() == Usage.OBSERVE
        || !RequestReader.canAskUsage(head.method(), path)) {
      return null;
    }
    int bytesMax = loop.shared.settings().limits().inspectedBodyBytesMax();
    UsageInjection reason = reasonAgainst(head, framing, bytesMax);
    if (reason == null) {
      return new UsageAsking(head, path, framing.kind() == BodyFraming.Kind.CHUNKED, bytesMax);
    }
    loop.live().usageInjection(reason);
    return null;
  }

  private static @Nullable UsageInjection reasonAgainst(
      Head head, BodyFraming framing, int bytesMax) {
    String length = head.header("content-length");
    if (framing.done()) {
      return UsageInjection.NOT_JSON;
    }
    if (length != null && Long.parseLong(length) > bytesMax) {
      return UsageInjection.TOO_LARGE;
    }
    if (head.header("content-encoding") != null) {
      return UsageInjection.ENCODED;
    }
    return head.header("expect") == null ? null : UsageInjection.EXPECTS_CONTINUE;
  }

  /** Bytes of the body, framing included. Observes. */
  void read(ByteBuf buffer, int from, int to) {
    int at = from;
    while (at < to) {
      at = body.feed(buffer, at, to);
    }
  }

  /** No more is held: the body is too long. */
  boolean full() {
    return body.length() > bytesMax || body.heldBytes() > 2 * bytesMax;
  }

  /** What is to be done; prepares head and body for it. */
  UsageInjection decide(RequestRelay request) {
    if (full()) {
      return UsageInjection.TOO_LARGE;
    }
    UsageSplice splice = UsageRequest.read(path, body.data(), 0, body.length());
    if (splice.result() == UsageInjection.INJECTED) {
      byte[] text = splice.text().getBytes(StandardCharsets.US_ASCII);
      int length = body.length() + text.length - splice.replaced();
      body.change(splice.at(), splice.replaced(), text);
      if (!chunked) {
        request.changeHead("content-length", Integer.toString(length));
      }
      if (codingsNamed) {
        request.changeHead("accept-encoding", "identity");
      }
    }
    return splice.result();
  }

  /** Hands on what was held. */
  void release(ByteBuf out, RequestRelay request) {
    body.writeTo(out);
    request.body(out);
  }
}
