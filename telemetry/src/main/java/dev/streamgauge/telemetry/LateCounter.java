package dev.streamgauge.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import org.jspecify.annotations.Nullable;

/** One series of a family of counters; of threads the same holds as of {@link LateHistogram}. */
final class LateCounter {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Counter family;
  private final String[] labels;
  private @Nullable CounterDataPoint found;

  LateCounter(Counter family, String... labels) {
    this.family = family;
    this.labels = labels;
  }

  /** 0 makes it visible. */
  void add(long count) {
    CounterDataPoint point = point();
    if (count > 0) {
      point.inc(count);
    }
  }

  /** If it is known. */
  void add(@Nullable Long count) {
    if (count != null) {
      add(count.longValue());
    }
  }

  /** To a counter of seconds; 0 makes it visible. */
  void addNanos(long nanos) {
    CounterDataPoint point = point();
    if (nanos > 0) {
      point.inc(nanos / NANOS_PER_SECOND);
    }
  }

  private CounterDataPoint point() {
    CounterDataPoint point = found;
    if (point == null) {
      point = family.labelValues(labels);
      found = point;
    }
    return point;
  }
}
