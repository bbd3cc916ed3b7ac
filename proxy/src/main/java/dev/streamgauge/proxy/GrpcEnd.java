package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.timeline.GrpcMessage;
import dev.streamgauge.timeline.GrpcOutcome;
import dev.streamgauge.timeline.GrpcStatus;
import dev.streamgauge.timeline.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a gRPC call ended whose stream ended as HTTP wants it.
 *
 * @param status null if none came
 * @param error null if nothing is said of one
 */
record GrpcEnd(@Nullable Integer status, Outcome outcome, @Nullable String error) {

  /**
   * By what stands behind the answer; of fields that come twice the last counts, as it does for
   * gRPC Core's clients (grpcio 1.85).
   *
   * @param trailer or the only head; null where neither came
   */
  static GrpcEnd of(int httpStatus, @Nullable Head trailer, ResponseTap tap) {
    String field = trailer == null ? null : trailer.lastHeader("grpc-status");
    Integer status = GrpcStatus.codeOf(field);
    Outcome ofContent = tap.tokens().outcomeOfCleanEnd(httpStatus, tap.readToItsEnd());
    Outcome outcome = GrpcOutcome.of(httpStatus, status, tap.dataBytes() > 0, ofContent);
    String text = trailer == null ? null : trailer.lastHeader("grpc-message");
    boolean well = status == null || status == 0;
    String message = well ? null : GrpcMessage.decoded(text);
    return new GrpcEnd(status, outcome, message == null ? tap.tokens().error() : message);
  }
}
