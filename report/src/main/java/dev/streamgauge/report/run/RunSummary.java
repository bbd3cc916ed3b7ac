package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LineCounts.Rejected;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.timeline.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is told of one run. Moments are milliseconds since 1970.
 *
 * @param models the busiest first
 */
public record RunSummary(
    Lines lines,
    GroupSummary all,
    List<GroupSummary> models,
    Course course,
    Load load,
    List<LoggedRequest> slowestToFirstToken,
    List<LoggedRequest> slowestToEnd) {

  /**
   * What was read.
   *
   * @param requests lines that count
   * @param outOfSpan left out by --from and --until
   * @param withoutTime counted, but not over time, and not in the load
   * @param farAway likewise, as their time is too far from most others'
   * @param ofFurtherModels counted as the model other
   */
  public record Lines(
      long read,
      long requests,
      long outOfSpan,
      long withoutTime,
      long farAway,
      long ofFurtherModels,
      List<Rejected> rejected) {}

  /**
   * The run over time.
   *
   * @param firstMillis the first arrival; null where no request has a time
   * @param lastMillis the last arrival
   * @param parts from the first arrival to the last, also those in which nothing came
   */
  public record Course(
      @Nullable Long firstMillis, @Nullable Long lastMillis, long partMillis, List<Part> parts) {
    /** From the first arrival to the last, in seconds; null without two. */
    public @Nullable Double seconds() {
      return firstMillis == null || lastMillis == null || lastMillis <= firstMillis
          ? null
          : (Double) ((lastMillis - firstMillis) / 1e3);
    }
  }

  /**
   * What came in one part of the time, and who was there.
   *
   * @param running mean number of requests with the server
   * @param queued mean number of requests in the proxy's queue
   * @param byModel in the order of {@link RunSummary#models}; empty where none of it came
   */
  public record Part(
      long startMillis,
      long inferences,
      long failures,
      Map<Outcome, Long> outcomes,
      long outputTokens,
      @Nullable Double joulesPerOutputToken,
      double running,
      double queued,
      Map<Figure, Stats> figures,
      List<Map<Figure, Stats>> byModel,
      List<TargetSummary> targets) {}

  /**
   * Load against latency.
   *
   * @param sampled requests that the rows are made of, of all that have a time
   * @param cellSeconds over how much time a number of requests is the mean
   */
  public record Load(
      long sampled,
      double cellSeconds,
      double runningMax,
      double queuedMax,
      List<LoadRow> byRunning,
      List<LoadRow> byQueued) {}
}
