package dev.streamgauge.report.run;

import org.jspecify.annotations.Nullable;

/**
 * How one goodput target was kept.
 *
 * @param name with its bounds, as it was given
 * @param judged requests that say something about it
 */
public record TargetSummary(
    String name,
    String terms,
    long judged,
    long met,
    long byTtft,
    long byTpot,
    long byDuration,
    long byError) {

  /** Null where no request says anything. */
  public @Nullable Double attainment() {
    return judged == 0 ? null : (Double) ((double) met / judged);
  }
}
