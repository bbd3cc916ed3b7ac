package dev.streamgauge.timeline;

import org.jspecify.annotations.Nullable;

/**
 * gRPC's status codes, in their order from 0, and which of them an end is that no server put into
 * words.
 */
public enum GrpcStatus {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private static final int DIGITS_MAX = 3;

  private final int code;

  GrpcStatus(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** Null for a number that is none of gRPC's. */
  public static @Nullable GrpcStatus of(int code) {
    return code < 0 || code >= values().length ? null : values()[code];
  }

  /**
   * The code in a {@code grpc-status}; null where there is no such field. What is no number of up
   * to three digits is {@link #UNKNOWN}, as every client takes it.
   */
  public static @Nullable Integer codeOf(@Nullable CharSequence field) {
    if (field == null) {
      return null;
    }
    int code = 0;
    for (int i = 0; i < field.length(); i++) {
      char digit = field.charAt(i);
      if (digit < '0' || digit > '9' || i == DIGITS_MAX) {
        return UNKNOWN.code;
      }
      code = code * 10 + digit - '0';
    }
    return field.isEmpty() ? UNKNOWN.code : code;
  }

  /**
   * What an answer of ours to a call says, where it would have had this status and outcome over
   * HTTP. What was not processed is {@link #UNAVAILABLE}: clients may send it again (gRPC, "Status
   * codes and their use").
   */
  public static GrpcStatus ofRefusal(Outcome outcome, int httpStatus) {
    return switch (outcome) {
      case OK -> OK;
      case CALLER_DISCONNECT -> CANCELLED;
      case CALLER_INVALID -> ofInvalid(httpStatus);
      case POLICY_QUEUE_FULL,
          POLICY_QUEUE_TIMEOUT,
          POLICY_DRAINING,
          UPSTREAM_UNREACHABLE,
          UPSTREAM_RESET ->
          UNAVAILABLE;
      case UPSTREAM_TIMEOUT -> DEADLINE_EXCEEDED;
      case PROXY_ERROR -> httpStatus == 503 ? UNAVAILABLE : INTERNAL; // memory: not processed
      case UPSTREAM_TRUNCATED -> INTERNAL;
      case CALLER_ERROR, UPSTREAM_ERROR, UPSTREAM_STREAM_ERROR -> ofHttp(httpStatus);
    };
  }

  /** What does not fit is a limit that was met; a client that stalled let the time pass. */
  private static GrpcStatus ofInvalid(int httpStatus) {
    return switch (httpStatus) {
      case 408 -> DEADLINE_EXCEEDED;
      case 413, 414, 431 -> RESOURCE_EXHAUSTED;
      case 405, 501, 505 -> UNIMPLEMENTED;
      case 503 -> UNAVAILABLE;
      default -> ofHttp(httpStatus);
    };
  }

  /**
   * What clients make of an HTTP status that comes without a {@code grpc-status} (gRPC, "HTTP to
   * gRPC status code mapping").
   */
  public static GrpcStatus ofHttp(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }
}
