package dev.streamgauge.timeline;

/**
 * The native histogram's schema 4: bucket i holds seconds in (2^((i-1)/16), 2^(i/16)]. One rule for
 * what is counted during a stream and what is published of it. By exponent and a table, without a
 * logarithm; allocates nothing.
 */
public final class NativeScale {
  public static final int SCHEMA = 4;
  public static final int BUCKETS_PER_DOUBLING = 1 << SCHEMA;

  /** IEEE 754: the bits of a double below its exponent. */
  private static final int FRACTION_BITS = 52;

  private static final long FRACTION = (1L << FRACTION_BITS) - 1;

  /** The fractions of 2^(k/16): what a fraction in (step k-1, step k] belongs to. */
  private static final long[] FRACTION_STEPS = fractionSteps();

  private NativeScale() {}

  /** The bucket of a value above 0; of one below 2^-1022 a bucket below all others. */
  public static int index(double seconds) {
    long bits = Double.doubleToRawLongBits(seconds);
    int exponent = (int) (bits >> FRACTION_BITS) - Double.MAX_EXPONENT;
    long fraction = bits & FRACTION;
    int low = 0;
    int high = BUCKETS_PER_DOUBLING;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (fraction <= FRACTION_STEPS[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return exponent * BUCKETS_PER_DOUBLING + low;
  }

  private static long[] fractionSteps() {
    long[] steps = new long[BUCKETS_PER_DOUBLING];
    for (int k = 0; k < BUCKETS_PER_DOUBLING; k++) {
      double step = Math.pow(2, (double) k / BUCKETS_PER_DOUBLING);
      steps[k] = Double.doubleToRawLongBits(step) & FRACTION;
    }
    return steps;
  }
}
