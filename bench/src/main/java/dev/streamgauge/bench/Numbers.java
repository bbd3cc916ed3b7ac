package dev.streamgauge.bench;

import java.util.Arrays;
import java.util.Locale;

/** Medians, and numbers as text. */
final class Numbers {
  private Numbers() {}

  /** NaN of nothing. */
  static double median(double[] values) {
    return quantile(values, 0.5);
  }

  /** Interpolated between the two values that it falls between; NaN of nothing. */
  static double quantile(double[] values, double quantile) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = quantile * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Median and, in brackets, the middle half; a dash for nothing. */
  static String middle(double[] values, int decimals) {
    return values.length == 0
        ? "–"
        : "%s (%s … %s)"
            .formatted(
                text(median(values), decimals),
                text(quantile(values, 0.25), decimals),
                text(quantile(values, 0.75), decimals));
  }

  /** With so many decimals; a dash for what is not known. */
  static String text(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "–";
  }

  /** Without a needless fraction. */
  static String shortest(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
