package dev.streamgauge.timeline;

/**
 * Gaps, counted into buckets: exactly into the configured classic bounds, and into a base-2
 * exponential layout of 16 buckets a power of two (the native histogram's schema 4), from which
 * percentiles come with an error of at most 2.2 %. Immutable facts of one request.
 */
public final class GapCounts {
  private final long count;
  private final long sumNanos;
  private final int[] classic;
  private final int nativeFirstIndex;
  private final int[] nativeCounts;
  private final long zeros;

  /**
   * Takes ownership of both arrays.
   *
   * @param classic count by classic bound, not cumulative; the last is above all bounds
   * @param nativeFirstIndex the schema-4 index of {@code nativeCounts[0]}: that bucket holds values
   *     in (2^((i-1)/16), 2^(i/16)] seconds
   * @param zeros gaps of exactly 0 (two pieces in one read), in none of the native buckets but in
   *     the first classic one
   */
  public GapCounts(
      long count,
      long sumNanos,
      int[] classic,
      int nativeFirstIndex,
      int[] nativeCounts,
      long zeros) {
    this.count = count;
    this.sumNanos = sumNanos;
    this.classic = classic;
    this.nativeFirstIndex = nativeFirstIndex;
    this.nativeCounts = nativeCounts;
    this.zeros = zeros;
  }

  /** As above, for gaps of which none is 0 or all that are in no native bucket are. */
  public GapCounts(
      long count, long sumNanos, int[] classic, int nativeFirstIndex, int[] nativeCounts) {
    this(count, sumNanos, classic, nativeFirstIndex, nativeCounts, count - sum(nativeCounts));
  }

  public long count() {
    return count;
  }

  public long sumNanos() {
    return sumNanos;
  }

  /** How many classic buckets there are, the one above all bounds included. */
  public int classicLength() {
    return classic.length;
  }

  public int classic(int bucket) {
    return classic[bucket];
  }

  public int nativeFirstIndex() {
    return nativeFirstIndex;
  }

  public int nativeLength() {
    return nativeCounts.length;
  }

  public int nativeCount(int offset) {
    return nativeCounts[offset];
  }

  /** How many were exactly 0. */
  public long zeros() {
    return zeros;
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }
}
