package dev.streamgauge.timeline;

import java.util.Arrays;

/**
 * Counts gaps of one stream: exactly into classic buckets, and into schema-4 buckets (16 a power of
 * two) from which percentiles come. One thread.
 *
 * <p>Limits: nanoseconds are positive longs, so that there are at most about 1,010 schema-4
 * buckets; only the span between the shortest and the longest gap is held, and nothing is allocated
 * unless that span widens. The last {@value #FRESH_MAX} gaps may wait outside of the buckets.
 */
final class GapSketch {
  private static final double NANOS_PER_SECOND = 1e9;

  /** How many gaps wait to be put into buckets, which are cold when a stream's next token comes. */
  private static final int FRESH_MAX = 8;

  private final long[] boundsNanos;
  private final int[] classic;
  private final long[] fresh = new long[FRESH_MAX];
  private int freshCount;
  private int[] nativeCounts = {};
  private NativeSpan span = NativeSpan.NONE;
  private long count;
  private long zeros;
  private long sumNanos;
  private long minNanos = Long.MAX_VALUE;
  private long maxNanos;

  /** Observes the bounds: ascending, never changed. */
  GapSketch(long[] boundsNanos) {
    this.boundsNanos = boundsNanos;
    this.classic = new int[boundsNanos.length + 1];
  }

  void add(long nanos) {
    if (freshCount == FRESH_MAX) {
      settle();
    }
    fresh[freshCount++] = nanos;
  }

  private void settle() {
    for (int i = 0; i < freshCount; i++) {
      add(fresh[i], 1, fresh[i]);
    }
    freshCount = 0;
  }

  /** Counts {@code nanos} so many times; {@code totalNanos} is what they add up to, unrounded. */
  void add(long nanos, int times, long totalNanos) {
    long value = Math.max(0, nanos);
    count += times;
    sumNanos += Math.max(0, totalNanos);
    minNanos = Math.min(minNanos, value);
    maxNanos = Math.max(maxNanos, value);
    int bucket = classicBucket(value);
    classic[bucket] = saturatingSum(classic[bucket], times);
    if (value == 0) {
      zeros += times;
    } else {
      addNative(nativeIndex(value), times);
    }
  }

  long count() {
    settle();
    return count;
  }

  long maxNanos() {
    settle();
    return maxNanos;
  }

  /**
   * The value at a rank, at most 2.2 % off. Asked for once, at the end.
   *
   * @param quantile above 0, at most 1; there must be a count
   */
  long quantileNanos(double quantile) {
    settle();
    long rank = Math.max(1, (long) Math.ceil(quantile * count));
    long seen = zeros;
    if (rank <= seen) {
      return 0;
    }
    for (int i = 0; i < nativeCounts.length; i++) {
      seen += nativeCounts[i];
      if (rank <= seen) {
        return Math.clamp(middleNanos(span.first() + i), minNanos, maxNanos);
      }
    }
    return maxNanos;
  }

  GapCounts counts() {
    settle();
    int from = 0;
    int to = nativeCounts.length;
    while (from < to && nativeCounts[from] == 0) {
      from++;
    }
    while (to > from && nativeCounts[to - 1] == 0) {
      to--;
    }
    return new GapCounts(
        count,
        sumNanos,
        classic.clone(),
        span.first() + from,
        Arrays.copyOfRange(nativeCounts, from, to),
        zeros);
  }

  private int classicBucket(long nanos) {
    int low = 0;
    int high = boundsNanos.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (nanos <= boundsNanos[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The bucket i with 2^((i-1)/16) < seconds <= 2^(i/16). */
  static int nativeIndex(long nanos) {
    return NativeScale.index(nanos / NANOS_PER_SECOND);
  }

  private void addNative(int index, int times) {
    if (!span.holds(index)) {
      NativeSpan wider = span.widenedTo(index);
      int[] widerCounts = new int[wider.length()];
      span.copy(nativeCounts, wider, widerCounts);
      nativeCounts = widerCounts;
      span = wider;
    }
    int at = index - span.first();
    nativeCounts[at] = saturatingSum(nativeCounts[at], times);
  }

  /** The geometric middle of a bucket. */
  private static long middleNanos(int index) {
    return Math.round(
        Math.pow(2, (index - 0.5) / NativeScale.BUCKETS_PER_DOUBLING) * NANOS_PER_SECOND);
  }

  private static int saturatingSum(int counted, int times) {
    return (int) Math.min(Integer.MAX_VALUE, (long) counted + times);
  }
}
