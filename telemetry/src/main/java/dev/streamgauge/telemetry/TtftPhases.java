package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The time to first token, cut into parts that add up to it exactly. They come in this order:
 *
 * <ol>
 *   <li>queue: received to admitted, our own queue;
 *   <li>connect: the making of the upstream connection that was used; absent on a reused one;
 *   <li>headers: last request byte written to the response head, less what of the engine's time
 *       lies in it;
 *   <li>engine queue and prefill, as the engine says; absent where it does not;
 *   <li>rest: all else, such as a slow upload of the request, our own work, and the server's own
 *       work between the head and the first token.
 * </ol>
 *
 * An engine reports durations, not when they were. They are taken from the time between the head
 * and the first token, and only what does not fit there from the time before the head: some servers
 * send the head at once, others together with the first token. An engine that claims more than
 * passed since the request was sent is cut to that, prefill before queue. No part is negative.
 *
 * @param connectNanos null on a reused connection
 * @param engineQueueNanos null if the engine does not say
 * @param prefillNanos null if the engine does not say
 */
public record TtftPhases(
    @Nullable Long queueNanos,
    @Nullable Long connectNanos,
    @Nullable Long headersNanos,
    @Nullable Long engineQueueNanos,
    @Nullable Long prefillNanos,
    long restNanos) {

  /** Null without a first token, so also for each answer that was not streamed. */
  public static @Nullable TtftPhases of(RequestRecord record) {
    Long firstToken = record.points().firstToken();
    return firstToken == null ? null : of(firstToken, record.points(), record.engine());
  }

  /** The sum of the parts. */
  public long totalNanos() {
    return total(queueNanos, connectNanos, headersNanos, engineQueueNanos, prefillNanos)
        + restNanos;
  }

  private static TtftPhases of(
      long ttftNanos, RequestRecord.Points points, RequestRecord.@Nullable EngineTimes engine) {
    long queueEnd = clamp(orElse(points.admitted(), 0), 0, ttftNanos);
    long connectStart = clamp(orElse(points.connectStarted(), queueEnd), queueEnd, ttftNanos);
    long connectEnd = clamp(orElse(points.connected(), connectStart), connectStart, ttftNanos);
    boolean fresh = points.connectStarted() != null && points.connected() != null;
    long sent = clamp(sent(points, queueEnd), fresh ? connectEnd : queueEnd, ttftNanos);
    long head = clamp(orElse(points.headers(), sent), sent, ttftNanos);

    Long prefill = engine == null ? null : atMost(engine.prefillNanos(), ttftNanos - sent);
    long prefillEnd = sent + orElse(prefill, 0);
    Long engineQueue = engine == null ? null : atMost(engine.queueNanos(), ttftNanos - prefillEnd);
    long engineNanos = orElse(prefill, 0) + orElse(engineQueue, 0);
    long engineBeforeHead = Math.max(0, engineNanos - (ttftNanos - head));

    return withRest(
        ttftNanos,
        points.admitted() == null ? null : (Long) queueEnd,
        fresh ? (Long) (connectEnd - connectStart) : null,
        points.headers() == null ? null : (Long) (head - sent - engineBeforeHead),
        engineQueue,
        prefill);
  }

  private static TtftPhases withRest(
      long ttftNanos,
      @Nullable Long queue,
      @Nullable Long connect,
      @Nullable Long headers,
      @Nullable Long engineQueue,
      @Nullable Long prefill) {
    long known = total(queue, connect, headers, engineQueue, prefill);
    return new TtftPhases(queue, connect, headers, engineQueue, prefill, ttftNanos - known);
  }

  private static long total(
      @Nullable Long queue,
      @Nullable Long connect,
      @Nullable Long headers,
      @Nullable Long engineQueue,
      @Nullable Long prefill) {
    return orElse(queue, 0)
        + orElse(connect, 0)
        + orElse(headers, 0)
        + orElse(engineQueue, 0)
        + orElse(prefill, 0);
  }

  /**
   * When the request was with the server; its first byte counts where the head overtook the last.
   */
  private static long sent(RequestRecord.Points points, long otherwise) {
    Long sent = points.sent();
    if (sent != null && sent <= orElse(points.headers(), sent)) {
      return sent;
    }
    return orElse(points.firstSent(), otherwise);
  }

  private static @Nullable Long atMost(@Nullable Long nanos, long limit) {
    return nanos == null ? null : (Long) clamp(nanos, 0, limit);
  }

  private static long clamp(long nanos, long low, long high) {
    return Math.max(low, Math.min(nanos, high));
  }

  private static long orElse(@Nullable Long nanos, long otherwise) {
    return nanos == null ? otherwise : nanos;
  }
}
