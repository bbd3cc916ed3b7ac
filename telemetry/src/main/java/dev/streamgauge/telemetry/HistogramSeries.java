package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import dev.streamgauge.timeline.GapCounts;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One series of a {@link BulkHistogram}. Any thread. Classic and native buckets, sum and exemplars
 * change together and are copied together: a scraper rejects a native histogram whose count is not
 * the sum of its buckets. The lock is held for adding to, or copying, a few small arrays; that is
 * why an event loop may take it.
 */
final class HistogramSeries {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Labels labels;
  private final double[] bounds;
  private final Histograms published;
  private final boolean foreignBounds;
  private final ReentrantLock lock = new ReentrantLock();
  private final long[] classic;
  private final NativeBuckets nativeBuckets = new NativeBuckets();
  private final double[] exemplarValues;
  private final @Nullable Origin[] exemplarOrigins;
  private double sum;

  /**
   * Observes the bounds: ascending, the last is infinity.
   *
   * @param foreignBounds they are not those into which requests count their gaps
   */
  HistogramSeries(Labels labels, double[] bounds, Histograms published, boolean foreignBounds) {
    this.foreignBounds = foreignBounds;
    this.labels = labels;
    this.bounds = bounds;
    this.published = published;
    this.classic = new long[bounds.length];
    this.exemplarValues = new double[bounds.length];
    this.exemplarOrigins = new @Nullable Origin[bounds.length];
  }

  void observeNanos(long nanos, @Nullable Origin origin) {
    observe(nanos / NANOS_PER_SECOND, origin);
  }

  /** Below zero counts as zero: no duration, count or speed can be negative. */
  void observe(double value, @Nullable Origin origin) {
    double positive = Math.max(0, value);
    int bucket = classicBucket(positive);
    lock.lock();
    try {
      classic[bucket]++;
      nativeBuckets.add(positive);
      sum += positive;
      remember(bucket, positive, origin);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds all gaps of a request.
   *
   * @param exemplarNanos one of the gaps, or null if none is known by itself
   */
  void addAll(GapCounts gaps, @Nullable Long exemplarNanos, @Nullable Origin origin) {
    if (gaps.count() == 0) {
      return;
    }
    double exemplar = exemplarNanos == null ? 0 : exemplarNanos / NANOS_PER_SECOND;
    lock.lock();
    try {
      addClassic(gaps);
      nativeBuckets.addAll(gaps);
      sum += gaps.sumNanos() / NANOS_PER_SECOND;
      if (exemplarNanos != null) {
        remember(classicBucket(exemplar), exemplar, origin);
      }
    } finally {
      lock.unlock();
    }
  }

  HistogramDataPointSnapshot snapshot() {
    long[] classicCopy;
    NativeBuckets nativeCopy;
    double sumCopy;
    double[] values;
    @Nullable Origin[] origins;
    lock.lock();
    try {
      classicCopy = classic.clone();
      nativeCopy = nativeBuckets.copy();
      sumCopy = sum;
      values = exemplarValues.clone();
      origins = exemplarOrigins.clone();
    } finally {
      lock.unlock();
    }
    return snapshot(classicCopy, nativeCopy, sumCopy, exemplars(values, origins));
  }

  private HistogramDataPointSnapshot snapshot(
      long[] classicCounts, NativeBuckets counts, double total, Exemplars exemplars) {
    boolean hasNative = published != Histograms.CLASSIC;
    boolean hasClassic = published != Histograms.NATIVE;
    return new HistogramDataPointSnapshot(
        hasClassic
            ? ClassicHistogramBuckets.of(bounds, classicCounts)
            : ClassicHistogramBuckets.EMPTY,
        hasNative ? NativeBuckets.SCHEMA : HistogramSnapshot.CLASSIC_HISTOGRAM,
        hasNative ? counts.zeros() : 0,
        hasNative ? NativeBuckets.ZERO_THRESHOLD : 0,
        hasNative ? counts.snapshot() : NativeHistogramBuckets.EMPTY,
        NativeHistogramBuckets.EMPTY,
        total,
        labels,
        exemplars,
        0);
  }

  /**
   * Where the request was counted into other bounds than ours, or a bucket of it is saturated, its
   * native buckets tell the classic ones.
   */
  private void addClassic(GapCounts gaps) {
    long nativeCount = gaps.zeros();
    for (int i = 0; i < gaps.nativeLength(); i++) {
      nativeCount += gaps.nativeCount(i);
    }
    long classicCount = 0;
    for (int i = 0; i < gaps.classicLength(); i++) {
      classicCount += gaps.classic(i);
    }
    boolean same = !foreignBounds && gaps.classicLength() == classic.length;
    if (same && classicCount == nativeCount) {
      for (int i = 0; i < classic.length; i++) {
        classic[i] += gaps.classic(i);
      }
    } else {
      addClassicFromNative(gaps);
    }
  }

  private void addClassicFromNative(GapCounts gaps) {
    classic[0] += gaps.zeros();
    for (int i = 0; i < gaps.nativeLength(); i++) {
      double upper = Math.pow(2, (gaps.nativeFirstIndex() + i) / 16.0);
      classic[classicBucket(upper)] += gaps.nativeCount(i);
    }
  }

  private void remember(int bucket, double value, @Nullable Origin origin) {
    if (origin != null) {
      exemplarValues[bucket] = value;
      exemplarOrigins[bucket] = origin;
    }
  }

  private static Exemplars exemplars(double[] values, @Nullable Origin[] origins) {
    List<Exemplar> exemplars = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      Origin origin = origins[i];
      if (origin != null) {
        exemplars.add(origin.exemplar(values[i]));
      }
    }
    return exemplars.isEmpty() ? Exemplars.EMPTY : Exemplars.of(exemplars);
  }

  private int classicBucket(double value) {
    int low = 0;
    int high = bounds.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value <= bounds[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
