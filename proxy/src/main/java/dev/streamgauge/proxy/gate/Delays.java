package dev.streamgauge.proxy.gate;

import java.util.Arrays;

/**
 * Times of one kind, up to the first token or to the end: a window of them, and what they are while
 * no request waits for another. Their mean, for by Little's law it tells how many wait, however
 * they are spread; none counts for more than one that has waited for a whole answer. Under the
 * gate's lock.
 */
final class Delays {
  /** How far the least gives way to a lower mean, once the limit has fallen. */
  private static final double DOWN = 0.1;

  /** How far to each that is not much greater. */
  private static final double UP = 0.05;

  private static final double DEVIATION_SHARE = 0.1;

  private final long[] window = new long[AdaptiveLimit.MOST];
  private int samples;
  private double meanNanos = Double.NaN;
  private double leastNanos = Double.NaN;

  /** The standard deviation of one, in this window, and while nobody waits. */
  private double deviationNanos;

  private double leastDeviationNanos;

  void add(long nanos) {
    window[samples++] = nanos;
  }

  int samples() {
    return samples;
  }

  void drop() {
    samples = 0;
  }

  /** What the window says; the least is known from now on. */
  void look(double restNanos, boolean settled) {
    double base = Double.isNaN(leastNanos) ? median() : leastNanos;
    measure(2 * base + restNanos);
    if (Double.isNaN(leastNanos)) {
      leastNanos = meanNanos;
      leastDeviationNanos = deviationNanos;
    } else if (meanNanos < leastNanos) {
      leastNanos += (settled ? DOWN : 1) * (meanNanos - leastNanos);
    }
  }

  private double median() {
    Arrays.sort(window, 0, samples);
    return window[samples / 2];
  }

  private void measure(double mostNanos) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < samples; i++) {
      double nanos = Math.min((double) window[i], mostNanos);
      sum += nanos;
      squares += nanos * nanos;
    }
    meanNanos = sum / samples;
    deviationNanos = Math.sqrt(Math.max(0, squares / samples - meanNanos * meanNanos));
  }

  /** Nobody waited: what is usual follows slowly. */
  void usual() {
    leastNanos += UP * (meanNanos - leastNanos);
    leastDeviationNanos += DEVIATION_SHARE * (deviationNanos - leastDeviationNanos);
  }

  /** What was the least is no more. */
  void forget() {
    leastNanos = meanNanos;
  }

  double meanNanos() {
    return meanNanos;
  }

  double leastNanos() {
    return leastNanos;
  }

  /** How far the mean of so many is off by chance. */
  double standardErrorNanos() {
    return leastDeviationNanos / Math.sqrt(samples);
  }
}
