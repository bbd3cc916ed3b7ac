package dev.streamgauge.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A scale for figures that are not negative, from 0, or by powers of ten where they lie far apart.
 *
 * @param ticks ascending; the first and the last are the ends
 */
record Axis(boolean logarithmic, List<Double> ticks) {
  /** Above that on a scale from 0 the small ones would lie on its line. */
  private static final double RATIO_LINEAR_MAX = 25;

  private static final int TICKS_MAX = 6;
  private static final double[] STEPS = {1, 2, 5};

  /** Over values of which at least one is above 0. */
  static Axis over(List<Double> values, boolean mayBeLogarithmic) {
    double max = positive(values).max().orElse(1);
    double min = positive(values).min().orElse(1);
    return mayBeLogarithmic && max / min > RATIO_LINEAR_MAX ? byPowers(min, max) : fromZero(max);
  }

  private static DoubleStream positive(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).filter(v -> v > 0);
  }

  private static Axis fromZero(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(max)) - 1);
    for (int i = 0; ; i++) {
      int tens = i / STEPS.length;
      double step = STEPS[i % STEPS.length] * power * Math.pow(10, tens);
      int steps = (int) Math.ceil(max / step - 1e-9);
      if (steps < TICKS_MAX) {
        List<Double> ticks = new ArrayList<>();
        for (int tick = 0; tick <= steps; tick++) {
          ticks.add(tick * step);
        }
        return new Axis(false, ticks);
      }
    }
  }

  private static Axis byPowers(double min, double max) {
    int from = (int) Math.floor(Math.log10(min) + 1e-9);
    int to = (int) Math.ceil(Math.log10(max) - 1e-9);
    List<Double> ticks = new ArrayList<>();
    for (int power = from; power <= to; power++) {
      ticks.add(Math.pow(10, power));
    }
    return new Axis(true, ticks);
  }

  /** From 0 at the lower end to 1 at the upper one. */
  double place(double value) {
    double low = ticks.getFirst();
    double high = ticks.getLast();
    if (logarithmic) {
      double least = Math.max(value, low);
      return Math.log(least / low) / Math.log(high / low);
    }
    return (value - low) / (high - low);
  }
}
