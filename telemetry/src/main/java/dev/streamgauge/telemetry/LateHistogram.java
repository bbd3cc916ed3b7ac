package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.GapCounts;
import org.jspecify.annotations.Nullable;

/**
 * One series of a family of histograms, which is not on the page before the first value. Any
 * thread, without a lock: who does not see yet what another has found asks the family, and gets the
 * same.
 */
final class LateHistogram {
  private final BulkHistogram family;
  private final String[] labels;
  private @Nullable HistogramSeries found;

  LateHistogram(BulkHistogram family, String... labels) {
    this.family = family;
    this.labels = labels;
  }

  /** If they are known. */
  void observeNanos(@Nullable Long nanos, @Nullable Origin origin) {
    if (nanos != null) {
      series().observeNanos(nanos, origin);
    }
  }

  /** If it is known. */
  void observeCount(@Nullable Long count, @Nullable Origin origin) {
    if (count != null) {
      series().observe(count, origin);
    }
  }

  /** If it is known. */
  void observe(@Nullable Double value, @Nullable Origin origin) {
    if (value != null) {
      series().observe(value, origin);
    }
  }

  /** As {@link HistogramSeries#addAll}; nothing of nothing. */
  void addAll(@Nullable GapCounts gaps, @Nullable Long exemplarNanos, @Nullable Origin origin) {
    if (gaps != null && gaps.count() > 0) {
      series().addAll(gaps, exemplarNanos, origin);
    }
  }

  private HistogramSeries series() {
    HistogramSeries series = found;
    if (series == null) {
      series = family.with(labels);
      found = series;
    }
    return series;
  }
}
