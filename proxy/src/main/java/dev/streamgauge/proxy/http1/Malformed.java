package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.Nullable;

/**
 * Why a message is refused.
 *
 * @param status the answer to a request: 400, 414, 431, 501 or 505
 * @param reason what was found, without any of its bytes
 * @param limit null where it is no limit that was passed
 */
public record Malformed(int status, String reason, @Nullable HttpLimit limit) {
  public Malformed(int status, String reason) {
    this(status, reason, null);
  }

  static Malformed badRequest(String reason) {
    return new Malformed(400, reason);
  }
}
