package dev.streamgauge.cluster.metrics;

import io.prometheus.metrics.core.metrics.Counter;

/** A counter whose label values come from the cluster. Any thread. */
public final class BoundedCounter {
  private final Counter counter;
  private final SeriesLimit limit;

  BoundedCounter(Counter counter, SeriesLimit limit) {
    this.counter = counter;
    this.limit = limit;
  }

  /** Adds; the labels in the order of the family's. */
  public void add(double amount, String... labels) {
    counter.labelValues(limit.within(labels)).inc(amount);
  }

  long leftOut() {
    return limit.leftOut();
  }
}
