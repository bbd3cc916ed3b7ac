package dev.streamgauge.report.log;

import dev.streamgauge.timeline.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One line of an access log, as far as a report looks at it. Times are whole microseconds, which is
 * what the line has.
 *
 * @param atMillis when the head was complete, since 1970; null in a line of {@code replay}
 * @param other whether its operation is {@code other}: health checks, model listings, refused heads
 */
public record LoggedRequest(
    @Nullable Long atMillis,
    @Nullable String requestId,
    @Nullable String pod,
    @Nullable String model,
    boolean other,
    boolean stream,
    Outcome outcome,
    Times times,
    Tokens tokens,
    @Nullable Double energyJoules,
    @Nullable String slowBecause)
    implements Line {

  /**
   * From the request's head, but for the gaps, time per output token and connecting.
   *
   * @param gapP50 of the gaps between this stream's token events
   */
  public record Times(
      long duration,
      @Nullable Long queue,
      @Nullable Long connect,
      @Nullable Long firstToken,
      @Nullable Long lastToken,
      @Nullable Long perOutputToken,
      @Nullable Long gapP50,
      @Nullable Long gapP99,
      @Nullable Long gapMax) {}

  /**
   * Counts.
   *
   * @param events token events, {@code chunks} in the log
   */
  public record Tokens(
      @Nullable Long events, @Nullable Long input, @Nullable Long output, @Nullable Long stalls) {}
}
