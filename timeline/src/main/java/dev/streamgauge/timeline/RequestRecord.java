package dev.streamgauge.timeline;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.parser.UnparsedReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one finished request. Made once, at its end; metrics, access log and traces
 * come from it alone, so they cannot disagree. Null means unknown. All durations are nanoseconds;
 * all points in time are nanoseconds since the request head was complete.
 *
 * @param receivedAt wall clock when the request head was complete, by the one anchor; of a
 *     recording nobody knows
 * @param grpcStatus as the trailers of a gRPC call said
 * @param gpu what the GPUs were at while it ran; null where none was looked at
 * @param engineQueued the engine's page spoke of waiting requests from its admission to its first
 *     token; false also where there is no page
 * @param stalls when the first stalls were, at most 8; {@link Generation} counts all
 * @param span null where no span is made of it: spans are off, or it was not sampled
 */
public record RequestRecord(
    @Nullable Instant receivedAt,
    @Nullable String requestId,
    @Nullable String traceId,
    @Nullable String spanId,
    @Nullable String method,
    @Nullable String path,
    Protocol protocol,
    Dialect dialect,
    Operation operation,
    @Nullable String model,
    @Nullable String requestedModel,
    boolean stream,
    @Nullable Integer status,
    @Nullable Integer grpcStatus,
    Outcome outcome,
    @Nullable String error,
    Points points,
    Transfer transfer,
    @Nullable Generation generation,
    @Nullable EngineTimes engine,
    @Nullable GpuUse gpu,
    boolean engineQueued,
    int malformedFrames,
    @Nullable UnparsedReason unparsed,
    List<Stall> stalls,
    @Nullable SpanPlace span) {

  /** What most requests have; known by itself, so that nothing needs to be asked of it. */
  static final List<Stall> NO_STALLS = List.of();

  @SuppressWarnings("ReferenceEquality") // another empty list is copied
  public RequestRecord {
    if (stalls != NO_STALLS) {
      stalls = List.copyOf(stalls);
    }
  }

  /**
   * The same without what takes room, for whoever keeps many: no histograms of gaps, and of the
   * path its beginning.
   */
  public RequestRecord light(int pathLengthMax) {
    String start =
        path == null || path.length() <= pathLengthMax ? path : path.substring(0, pathLengthMax);
    return new RequestRecord(
        receivedAt,
        requestId,
        traceId,
        spanId,
        method,
        start,
        protocol,
        dialect,
        operation,
        model,
        requestedModel,
        stream,
        status,
        grpcStatus,
        outcome,
        error,
        points,
        transfer,
        generation == null ? null : generation.light(),
        engine,
        gpu,
        engineQueued,
        malformedFrames,
        unparsed,
        stalls,
        span);
  }

  /** Whether it was of a generating operation; a streamed {@code infer} is one. */
  public boolean generating() {
    return operation.generating() || (operation == Operation.INFER && stream);
  }

  /** Its share of energy by the tokens that it brought; null unless both are known. */
  public @Nullable Double joulesPerOutputToken() {
    Long tokens = generation == null ? null : generation.outputTokens();
    Double joules = gpu == null ? null : gpu.energyJoules();
    return tokens == null || tokens <= 0 || joules == null ? null : (Double) (joules / tokens);
  }

  /** Until admitted, refused, gone or cut off while waiting; null if it never waited. */
  public @Nullable Long queuedNanos() {
    if (points.admitted() != null) {
      return points.admitted();
    }
    return switch (outcome) {
      case POLICY_QUEUE_FULL, POLICY_QUEUE_TIMEOUT ->
          points.sentAway() != null ? points.sentAway() : (Long) points.ended();
      case CALLER_DISCONNECT -> points.ended();
      case POLICY_DRAINING -> points.sentAway(); // or a head that came during the drain
      default -> null;
    };
  }

  /**
   * Points in time since {@code received}; each null if it was not reached.
   *
   * @param admitted the gate let it pass (0 without a gate)
   * @param sentAway the gate refused it, which is before the client has the answer, or the drain's
   *     limit cut it off in the queue
   * @param connectStarted a connection was made for it; null where one was reused
   * @param connected an upstream connection was there
   * @param sent the last request byte was written
   * @param firstSent the first request byte was written upstream
   */
  public record Points(
      @Nullable Long bodyReceived,
      @Nullable Long admitted,
      @Nullable Long sentAway,
      @Nullable Long connectStarted,
      @Nullable Long connected,
      @Nullable Long firstSent,
      @Nullable Long sent,
      @Nullable Long headers,
      @Nullable Long firstByte,
      @Nullable Long firstToken,
      @Nullable Long firstAnswerToken,
      @Nullable Long lastToken,
      long ended) {}

  /**
   * What went over the wires.
   *
   * @param requestBytes body bytes from the client, as framed by HTTP less the framing
   * @param responseBytes body bytes towards the client, likewise
   * @param client the client's address, or null
   * @param upstreamReused whether the connection had served another request before; null if none
   * @param retries how often it was sent again
   * @param clientPausedNanos how long a slow client kept us from reading
   * @param responseOverheadNanos read to handed to the client's socket, the longest of the answer
   */
  public record Transfer(
      long requestBytes,
      long responseBytes,
      @Nullable String client,
      @Nullable Boolean upstreamReused,
      int retries,
      long clientPausedNanos,
      @Nullable Long responseOverheadNanos) {}

  /**
   * What was generated. Present when an answer of a known dialect was read at all.
   *
   * @param tokenEvents number of token events; null for a non-streaming answer
   * @param finishReason of several choices that of the first which ended
   * @param finishReasonRaw the server's own word
   * @param countConflict how the output count contradicts what came; null if it doesn't
   * @param gaps all gaps between token events; null unless streamed
   * @param interTokens gaps divided by the tokens of the piece; null where no piece's count is
   *     known
   * @param basis how those counts are known
   * @param inferences of a call that may carry several: how many with a token event were told as
   *     {@link InferenceRecord}, each with its own times; null for all else
   */
  public record Generation(
      @Nullable Integer tokenEvents,
      @Nullable FinishReason finishReason,
      @Nullable String finishReasonRaw,
      @Nullable TokenSource tokensSource,
      @Nullable Long inputTokens,
      @Nullable Long outputTokens,
      @Nullable Long cachedInputTokens,
      @Nullable Long cacheWriteInputTokens,
      @Nullable Long reasoningTokens,
      @Nullable CountConflict countConflict,
      @Nullable Long timePerOutputTokenNanos,
      @Nullable Double outputTokensPerSecond,
      @Nullable Long gapMaxNanos,
      @Nullable Long gapP50Nanos,
      @Nullable Long gapP99Nanos,
      @Nullable Integer stalls,
      @Nullable Long stalledNanos,
      @Nullable GapCounts gaps,
      @Nullable GapCounts interTokens,
      @Nullable TokenBasis basis,
      @Nullable Integer inferences) {

    private Generation light() {
      return new Generation(
          tokenEvents,
          finishReason,
          finishReasonRaw,
          tokensSource,
          inputTokens,
          outputTokens,
          cachedInputTokens,
          cacheWriteInputTokens,
          reasoningTokens,
          countConflict,
          timePerOutputTokenNanos,
          outputTokensPerSecond,
          gapMaxNanos,
          gapP50Nanos,
          gapP99Nanos,
          stalls,
          stalledNanos,
          null,
          null,
          basis,
          inferences);
    }
  }

  /**
   * What the GPUs of the server were at meanwhile. An estimate: docs/gpu.md has its rule.
   *
   * @param utilizationRatio mean over time, 0 to 1
   * @param memoryUsedBytes of all of them together, mean over time
   * @param energyJoules its share of what they took
   * @param concurrent requests with the server, this one among them; mean over time
   * @param throttled clocks were held down while it waited for its first token
   */
  public record GpuUse(
      @Nullable Double utilizationRatio,
      @Nullable Double memoryUsedBytes,
      @Nullable Double energyJoules,
      @Nullable Double concurrent,
      boolean throttled) {}

  /** Where the engine itself says its time went. */
  public record EngineTimes(
      @Nullable Long queueNanos,
      @Nullable Long prefillNanos,
      @Nullable Long decodeNanos,
      @Nullable Long loadNanos) {}

  /**
   * One gap that was too long.
   *
   * @param endedNanos when the piece came that ended it, since {@code received}
   */
  public record Stall(long endedNanos, long lengthNanos) {}

  /**
   * Where the span of this request hangs. Its own ids are {@link #traceId} and {@link #spanId}.
   *
   * @param parentSpanId whoever sent the request; null: it is the first of its trace
   * @param traceState as it came, within W3C's limits; null: none
   */
  public record SpanPlace(@Nullable String parentSpanId, @Nullable String traceState) {}
}
