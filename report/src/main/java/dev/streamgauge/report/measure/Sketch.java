package dev.streamgauge.report.measure;

import java.util.Arrays;

/**
 * Counts whole microseconds by buckets that are a fixed share of the value wide: of each doubling
 * 2^{@code bits} buckets, the smallest values exactly. What it tells of a rank is off by at most
 * 1/2^({@code bits}+1). For one thread.
 *
 * <p>Limits: only the span between the smallest and the largest value is held, 2^{@code bits}
 * counters of four bytes for a doubling; values are below 2^41, so that there are at most 41
 * doublings. A counter stops at 2^31-1.
 */
public final class Sketch {
  private final int bits;
  private int first;
  private int[] counts = {};
  private long count;
  private double sum;
  private long min = Long.MAX_VALUE;
  private long max;

  public Sketch(int bits) {
    this.bits = bits;
  }

  /** Of a sketch with so many bits, at any rank. */
  public static double relativeErrorMax(int bits) {
    return 1.0 / (1L << (bits + 1));
  }

  public void add(long micros) {
    int at = index(micros);
    widenTo(at, at);
    counts[at - first] = saturated(counts[at - first], 1);
    count++;
    sum += micros;
    min = Math.min(min, micros);
    max = Math.max(max, micros);
  }

  /** Adds what another one of as many bits has counted. */
  public void add(Sketch other) {
    if (other.count == 0) {
      return;
    }
    widenTo(other.first, other.first + other.counts.length - 1);
    for (int i = 0; i < other.counts.length; i++) {
      int at = other.first + i - first;
      counts[at] = saturated(counts[at], other.counts[i]);
    }
    count += other.count;
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  public long count() {
    return count;
  }

  /** There must be a count, as for all that follows. */
  public double mean() {
    return sum / count;
  }

  public long min() {
    return min;
  }

  public long max() {
    return max;
  }

  /** The value of the rank ceil(quantile x count), as the middle of its bucket. */
  public double quantile(double quantile) {
    int at = bucketOf(rank(quantile));
    return Math.clamp((lower(at) + upper(at)) / 2.0, (double) min, (double) max);
  }

  /** No value of that rank is below. */
  public long lowerAt(long rank) {
    return Math.max(min, lower(bucketOf(rank)));
  }

  /** No value of that rank is above. */
  public long upperAt(long rank) {
    return Math.min(max, upper(bucketOf(rank)));
  }

  public long rank(double quantile) {
    return Math.clamp((long) Math.ceil(quantile * count), 1, count);
  }

  /** How many values are in the bucket of {@code micros} or in one below. */
  public long countUpTo(long micros) {
    long seen = 0;
    int to = Math.min(index(micros) - first, counts.length - 1);
    for (int i = 0; i <= to; i++) {
      seen += counts[i];
    }
    return seen;
  }

  private int bucketOf(long rank) {
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return first + i;
      }
    }
    return first + counts.length - 1;
  }

  private void widenTo(int from, int to) {
    if (counts.length == 0) {
      first = from;
      counts = new int[to - from + 1];
    } else if (from < first || to >= first + counts.length) {
      int newFirst = Math.min(first, from);
      int newEnd = Math.max(first + counts.length, to + 1);
      int[] wider = new int[newEnd - newFirst];
      System.arraycopy(counts, 0, wider, first - newFirst, counts.length);
      counts = wider;
      first = newFirst;
    }
  }

  private int index(long micros) {
    int shift = shift(micros);
    return (shift << bits) + (int) (micros >> shift);
  }

  /** How many low bits of the value its bucket does not tell. */
  private int shift(long micros) {
    return Math.max(0, 63 - Long.numberOfLeadingZeros(micros) - bits);
  }

  private int shiftOf(int index) {
    return Math.max(0, (index >> bits) - 1);
  }

  private long lower(int index) {
    int shift = shiftOf(index);
    return (long) (index - (shift << bits)) << shift;
  }

  private long upper(int index) {
    return lower(index) + (1L << shiftOf(index)) - 1;
  }

  private static int saturated(int counted, int more) {
    return (int) Math.min(Integer.MAX_VALUE, (long) counted + more);
  }

  @Override
  public String toString() {
    return count + " values " + Arrays.toString(counts);
  }
}
