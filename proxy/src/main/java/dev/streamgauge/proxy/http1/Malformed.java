package dev.streamgauge.proxy.http1;

/**
 * Why a message is refused.
 *
 * @param status the answer to a request: 400, 414, 431, 501 or 505
 * @param reason what was found, without any of its bytes
 */
public record Malformed(int status, String reason) {
  static Malformed badRequest(String reason) {
    return new Malformed(400, reason);
  }
}
