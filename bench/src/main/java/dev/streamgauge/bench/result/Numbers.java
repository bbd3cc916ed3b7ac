package dev.streamgauge.bench.result;

import java.util.Arrays;
import java.util.Locale;

/** Medians, and numbers as text. What is not known is NaN, and left out of both. */
public final class Numbers {
  private Numbers() {}

  /** NaN of nothing. */
  public static double median(double[] values) {
    return quantile(values, 0.5);
  }

  /** Interpolated between the two values that it falls between; NaN of nothing. */
  public static double quantile(double[] values, double quantile) {
    double[] sorted = known(values);
    if (sorted.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(sorted);
    double place = quantile * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** Median and, in brackets, the middle half; one value as it is; a dash for nothing. */
  public static String middle(double[] values, int decimals) {
    String median = text(median(values), decimals);
    return known(values).length < 2
        ? median
        : "%s (%s … %s)"
            .formatted(
                median,
                text(quantile(values, 0.25), decimals),
                text(quantile(values, 0.75), decimals));
  }

  /** With so many decimals, thousands parted by commas; a dash for what is not known. */
  public static String text(double value, int decimals) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + decimals + "f", value) : "–";
  }

  /** Without a needless fraction. */
  public static String shortest(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** Those that are. */
  static double[] known(double[] values) {
    return Arrays.stream(values).filter(Double::isFinite).toArray();
  }
}
