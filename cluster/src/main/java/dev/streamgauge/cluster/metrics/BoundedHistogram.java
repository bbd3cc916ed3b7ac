package dev.streamgauge.cluster.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;

/** A histogram whose label values come from the cluster. Any thread. */
public final class BoundedHistogram {
  private final Histogram histogram;
  private final SeriesLimit limit;

  BoundedHistogram(Histogram histogram, SeriesLimit limit) {
    this.histogram = histogram;
    this.limit = limit;
  }

  /** Observes; the labels in the order of the family's. */
  public void observe(Duration duration, String... labels) {
    histogram.labelValues(limit.within(labels)).observe(duration.toNanos() / 1e9);
  }

  long leftOut() {
    return limit.leftOut();
  }
}
