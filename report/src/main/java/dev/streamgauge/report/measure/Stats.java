package dev.streamgauge.report.measure;

import org.jspecify.annotations.Nullable;

/** What is told of a figure, in microseconds. */
public record Stats(
    long count, double mean, long min, double p50, double p90, double p95, double p99, long max) {

  /** Null where nothing was counted. */
  public static @Nullable Stats of(@Nullable Sketch sketch) {
    return sketch == null || sketch.count() == 0
        ? null
        : new Stats(
            sketch.count(),
            sketch.mean(),
            sketch.min(),
            sketch.quantile(0.5),
            sketch.quantile(0.9),
            sketch.quantile(0.95),
            sketch.quantile(0.99),
            sketch.max());
  }
}
