package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.NativeScale;
import dev.streamgauge.timeline.NativeSpan;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;

/**
 * Counts by the native histogram's schema 4: bucket i holds values in (2^((i-1)/16), 2^(i/16)]. Not
 * safe for several threads. Holds only the span between the smallest and the largest value; values
 * are clamped to 2^±64, so that there are at most 2,049 buckets.
 */
final class NativeBuckets {
  static final int SCHEMA = NativeScale.SCHEMA;

  /** What counts as zero: below all that is ever measured. The same as other clients use. */
  static final double ZERO_THRESHOLD = 0x1p-128;

  private static final int INDEX_MAX = 64 * NativeScale.BUCKETS_PER_DOUBLING;

  private long[] counts = {};
  private NativeSpan span = NativeSpan.NONE;
  private long zeros;

  NativeBuckets() {}

  private NativeBuckets(long[] counts, NativeSpan span, long zeros) {
    this.counts = counts;
    this.span = span;
    this.zeros = zeros;
  }

  /** The value must not be negative. */
  void add(double value) {
    if (value <= ZERO_THRESHOLD) {
      zeros++;
    } else {
      add(NativeScale.index(value), 1);
    }
  }

  void addZeros(long times) {
    zeros += times;
  }

  void add(int index, long times) {
    int at = Math.clamp(index, -INDEX_MAX, INDEX_MAX);
    reach(at);
    counts[at - span.first()] += times;
  }

  void addAll(GapCounts gaps) {
    zeros += gaps.zeros();
    for (int i = 0; i < gaps.nativeLength(); i++) {
      if (gaps.nativeCount(i) != 0) {
        add(gaps.nativeFirstIndex() + i, gaps.nativeCount(i));
      }
    }
  }

  NativeBuckets copy() {
    return new NativeBuckets(counts.clone(), span, zeros);
  }

  long zeros() {
    return zeros;
  }

  long count() {
    long sum = zeros;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  NativeHistogramBuckets snapshot() {
    int used = 0;
    for (long count : counts) {
      used += count == 0 ? 0 : 1;
    }
    int[] indices = new int[used];
    long[] usedCounts = new long[used];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        indices[at] = span.first() + i;
        usedCounts[at++] = counts[i];
      }
    }
    return NativeHistogramBuckets.of(indices, usedCounts);
  }

  private void reach(int index) {
    if (!span.holds(index)) {
      NativeSpan wider = span.widenedTo(index);
      long[] widerCounts = new long[wider.length()];
      span.copy(counts, wider, widerCounts);
      counts = widerCounts;
      span = wider;
    }
  }
}
