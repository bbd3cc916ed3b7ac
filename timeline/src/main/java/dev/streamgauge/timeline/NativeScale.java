package dev.streamgauge.timeline;

/**
 * The native histogram's schema 4: bucket i holds seconds in (2^((i-1)/16), 2^(i/16)]. One rule for
 * what is counted during a stream and what is published of it. By exponent and a table, without a
 * logarithm; allocates nothing.
 */
public final class NativeScale {
  public static final int SCHEMA = 4;
  public static final int BUCKETS_PER_DOUBLING = 1 << SCHEMA;

  /** 2^(k/16): what a mantissa in (step k-1, step k] belongs to. */
  private static final double[] MANTISSA_STEPS = mantissaSteps();

  private NativeScale() {}

  /** The bucket of a value above 0. */
  public static int index(double seconds) {
    int exponent = Math.getExponent(seconds);
    double mantissa = Math.scalb(seconds, -exponent);
    int low = 0;
    int high = BUCKETS_PER_DOUBLING;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (mantissa <= MANTISSA_STEPS[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return exponent * BUCKETS_PER_DOUBLING + low;
  }

  private static double[] mantissaSteps() {
    double[] steps = new double[BUCKETS_PER_DOUBLING];
    for (int k = 0; k < BUCKETS_PER_DOUBLING; k++) {
      steps[k] = Math.pow(2, (double) k / BUCKETS_PER_DOUBLING);
    }
    return steps;
  }
}
