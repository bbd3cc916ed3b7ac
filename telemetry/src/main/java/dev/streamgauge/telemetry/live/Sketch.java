package dev.streamgauge.telemetry.live;

import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.NativeScale;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Times, counted into 16 buckets a doubling from 61 µs to more than an hour; what is shorter or
 * longer counts at the end. Percentiles are at most 2.2 % off. One thread.
 */
final class Sketch {
  private static final int FIRST = -14 * NativeScale.BUCKETS_PER_DOUBLING;
  private static final int LENGTH = 26 * NativeScale.BUCKETS_PER_DOUBLING;
  private static final double NANOS_PER_SECOND = 1e9;

  private final int[] counts = new int[LENGTH];
  private long count;

  void addNanos(long nanos) {
    add(nanos <= 0 ? FIRST : NativeScale.index(nanos / NANOS_PER_SECOND), 1);
  }

  void add(@Nullable GapCounts gaps) {
    if (gaps != null) {
      for (int i = 0; i < gaps.nativeLength(); i++) {
        add(gaps.nativeFirstIndex() + i, gaps.nativeCount(i));
      }
      add(FIRST, gaps.zeros());
    }
  }

  void add(Sketch other) {
    for (int i = 0; i < LENGTH; i++) {
      counts[i] += other.counts[i];
    }
    count += other.count;
  }

  private void add(int index, long times) {
    int at = Math.clamp(index - FIRST, 0, LENGTH - 1);
    counts[at] = (int) Math.min(Integer.MAX_VALUE, counts[at] + times);
    count += times;
  }

  void clear() {
    Arrays.fill(counts, 0);
    count = 0;
  }

  long count() {
    return count;
  }

  /** The middle of the bucket at that rank, in seconds; not a number where nothing was counted. */
  double quantileSeconds(double quantile) {
    long rank = Math.max(1, (long) Math.ceil(quantile * count));
    long seen = 0;
    for (int i = 0; i < LENGTH; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return Math.pow(2, (FIRST + i - 0.5) / NativeScale.BUCKETS_PER_DOUBLING);
      }
    }
    return Double.NaN;
  }
}
