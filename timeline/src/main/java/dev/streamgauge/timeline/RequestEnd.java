package dev.streamgauge.timeline;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.UnparsedReason;
import org.jspecify.annotations.Nullable;

/**
 * What whoever ends a request knows of it besides times and tokens. Null means unknown.
 *
 * @param path without the query
 * @param requestedModel by the request's body; from outside, so never a label
 * @param stream the contract's {@code stream}: of the answer, or of the request if no successful
 *     head came
 * @param status what the client got; null if nothing
 * @param grpcStatus as the trailers of a gRPC call say; null if none came
 * @param error null leaves it to the error that came inside the answer, if one did
 * @param requestBytes body bytes, HTTP framing removed
 * @param responseBytes likewise
 * @param upstreamReused whether the connection had served another request before; null if none
 */
public record RequestEnd(
    @Nullable String requestId,
    @Nullable String traceId,
    @Nullable String spanId,
    @Nullable String method,
    @Nullable String path,
    Protocol protocol,
    Dialect dialect,
    Operation operation,
    @Nullable String requestedModel,
    boolean stream,
    @Nullable Integer status,
    @Nullable Integer grpcStatus,
    Outcome outcome,
    @Nullable String error,
    long requestBytes,
    long responseBytes,
    @Nullable String client,
    @Nullable Boolean upstreamReused,
    int retries,
    @Nullable UnparsedReason unparsed) {

  /** Whether a successful streamed answer reached the client: only such a one has token events. */
  boolean streamed() {
    return stream && status != null && status >= 200 && status < 300;
  }
}
