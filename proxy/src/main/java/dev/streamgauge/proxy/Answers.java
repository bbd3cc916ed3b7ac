package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Answers of our own, in the form in which model servers report errors. Pure functions. */
final class Answers {
  private Answers() {}

  /**
   * A whole response.
   *
   * @param message shown to the client; plain ASCII without quotes, never text from outside
   * @param retryAfterSeconds for a 503
   * @param close whether the connection ends behind it
   * @param bodyless whether it answers HEAD
   */
  static ByteBuf error(
      ByteBufAllocator allocator,
      int status,
      Outcome outcome,
      String message,
      String requestId,
      long retryAfterSeconds,
      boolean close,
      boolean bodyless) {
    String body = body(status, outcome, message);
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    text.append("content-type: application/json\r\n");
    text.append("content-length: ").append(body.length()).append("\r\n");
    if (!requestId.isEmpty()) {
      text.append("x-request-id: ").append(requestId).append("\r\n");
    }
    if (status == 503) {
      text.append("retry-after: ").append(retryAfterSeconds).append("\r\n");
    }
    if (close) {
      text.append("connection: close\r\n");
    }
    text.append("\r\n");
    if (!bodyless) {
      text.append(body);
    }
    return ByteBufUtil.encodeString(
        allocator, java.nio.CharBuffer.wrap(text), StandardCharsets.US_ASCII);
  }

  /** The error as model servers report theirs. */
  static String body(int status, Outcome outcome, String message) {
    return "{\"error\":{\"message\":\""
        + message
        + "\",\"type\":\""
        + outcome.label()
        + "\",\"code\":"
        + status
        + "}}";
  }

  private static String reason(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 414 -> "URI Too Long";
      case 431 -> "Request Header Fields Too Large";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      case 505 -> "HTTP Version Not Supported";
      default -> "Error";
    };
  }
}
