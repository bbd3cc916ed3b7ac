package dev.streamgauge.cluster.kube;

import org.jspecify.annotations.Nullable;

/**
 * Why the API server refused, as it names it in a Status (k8s.io/apimachinery, meta/v1
 * StatusReason).
 */
public enum StatusReason {
  UNAUTHORIZED("Unauthorized", 401),
  FORBIDDEN("Forbidden", 403),
  NOT_FOUND("NotFound", 404),
  ALREADY_EXISTS("AlreadyExists", 409),
  CONFLICT("Conflict", 409),
  /** A resource version, or a page's continuation, is too old. */
  EXPIRED("Expired", 410),
  GONE("Gone", 410),
  INVALID("Invalid", 422),
  TOO_MANY_REQUESTS("TooManyRequests", 429),
  BAD_REQUEST("BadRequest", 400),
  METHOD_NOT_ALLOWED("MethodNotAllowed", 405),
  INTERNAL_ERROR("InternalError", 500),
  SERVICE_UNAVAILABLE("ServiceUnavailable", 503),
  TIMEOUT("Timeout", 504),
  OTHER("", 0);

  private final String word;
  private final int code;

  StatusReason(String word, int code) {
    this.word = word;
    this.code = code;
  }

  /** By its word; without one, as from something between us and the API server, by the code. */
  static StatusReason of(@Nullable String word, int code) {
    for (StatusReason each : values()) {
      if (each.word.equals(word)) {
        return each == OTHER ? byCode(code) : each;
      }
    }
    return byCode(code);
  }

  private static StatusReason byCode(int code) {
    return switch (code) {
      case 409 -> CONFLICT;
      case 410 -> EXPIRED;
      default -> {
        for (StatusReason each : values()) {
          if (each.code == code && code != 0) {
            yield each;
          }
        }
        yield OTHER;
      }
    };
  }

  /** A list has to be made anew. */
  boolean isTooOld() {
    return this == EXPIRED || this == GONE;
  }
}
