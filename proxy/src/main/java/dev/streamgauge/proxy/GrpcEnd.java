package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.timeline.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a gRPC call ended, by its trailers.
 *
 * @param status null if none came
 */
record GrpcEnd(@Nullable Integer status, Outcome outcome, @Nullable String error) {

  static GrpcEnd of(int httpStatus, @Nullable Head trailer, ResponseTap tap) {
    String text = trailer == null ? null : trailer.header("grpc-status");
    Integer status = text == null ? null : parsed(text);
    String message = trailer == null ? null : trailer.header("grpc-message");
    Outcome clean = tap.tokens().outcomeOfCleanEnd(httpStatus, tap.readToItsEnd());
    if (httpStatus / 100 != 2 || (status != null && status == 0)) {
      return new GrpcEnd(status, clean, tap.tokens().error());
    }
    return new GrpcEnd(status, failed(status, tap), message);
  }

  private static Outcome failed(@Nullable Integer status, ResponseTap tap) {
    if (status == null) {
      return Outcome.UPSTREAM_TRUNCATED;
    }
    return switch (status) {
      case 3, 5, 6, 7, 8, 9, 11, 12, 16 -> Outcome.CALLER_ERROR;
      case 4 -> Outcome.UPSTREAM_TIMEOUT;
      default -> tap.dataBytes() > 0 ? Outcome.UPSTREAM_STREAM_ERROR : Outcome.UPSTREAM_ERROR;
    };
  }

  private static @Nullable Integer parsed(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** What a call is answered with that the server does not answer. */
  static int statusOf(Outcome outcome) {
    return switch (outcome) {
      case UPSTREAM_TIMEOUT -> 4;
      case CALLER_INVALID -> 3;
      case PROXY_ERROR -> 13;
      default -> 14;
    };
  }
}
