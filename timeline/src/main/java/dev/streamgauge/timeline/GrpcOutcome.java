package dev.streamgauge.timeline;

import org.jspecify.annotations.Nullable;

/** How a gRPC call ended, by the contract's table of status codes: a pure function. */
public final class GrpcOutcome {
  private GrpcOutcome() {}

  /**
   * Of a call whose HTTP/2 stream ended as HTTP wants it: with a status in the trailers, or in the
   * only head, or without any. A reset, and a caller that left, are not for this: a caller that
   * resets before the trailers came has left, whatever it had read by then.
   *
   * @param httpStatus in the head
   * @param grpcStatus null where none came
   * @param anyMessage whether a first message of the answer came, or the beginning of one
   * @param ofContent what the end would be by what was read of the messages, as {@link
   *     TokenTimeline#outcomeOfCleanEnd} says
   */
  public static Outcome of(
      int httpStatus, @Nullable Integer grpcStatus, boolean anyMessage, Outcome ofContent) {
    if (grpcStatus == null) {
      return withoutStatus(httpStatus, ofContent);
    }
    return switch (grpcStatus) {
      case 0 -> httpStatus == 200 ? ofContent : withoutStatus(httpStatus, ofContent);
      case 3, 5, 6, 7, 8, 9, 11, 12, 16 -> Outcome.CALLER_ERROR;
      case 4 -> Outcome.UPSTREAM_TIMEOUT;
      default -> anyMessage ? Outcome.UPSTREAM_STREAM_ERROR : Outcome.UPSTREAM_ERROR;
    };
  }

  /**
   * A server that ends a call well always says so: without its word the answer may lack anything.
   * What is not 200 was written by somebody who speaks no gRPC, a gateway perhaps.
   */
  private static Outcome withoutStatus(int httpStatus, Outcome ofContent) {
    if (httpStatus >= 400 && httpStatus < 500) {
      return Outcome.CALLER_ERROR;
    }
    if (httpStatus != 200) {
      return Outcome.UPSTREAM_ERROR;
    }
    boolean error = ofContent == Outcome.UPSTREAM_STREAM_ERROR;
    return error ? ofContent : Outcome.UPSTREAM_TRUNCATED;
  }
}
