package dev.streamgauge.bench.result;

import java.util.ArrayList;
import java.util.List;

/**
 * A scale by powers of ten between two values of the row 1, 2, 5, 10, 20, 50 …
 *
 * @param ticks ascending; the first and the last are the ends
 */
record LogAxis(List<Double> ticks) {
  private static final double[] STEPS = {1, 2, 5};
  private static final int TICKS_MAX = 9;
  private static final double NEARLY = 1e-9;

  /** Over values above 0; where there are many ticks, powers of ten alone. */
  static LogAxis over(double min, double max) {
    LogAxis fine = new LogAxis(ticks(min, max, STEPS.length));
    return fine.ticks().size() <= TICKS_MAX ? fine : new LogAxis(ticks(min, max, 1));
  }

  private static List<Double> ticks(double min, double max, int steps) {
    List<Double> ticks = new ArrayList<>();
    int power = (int) Math.floor(Math.log10(min)) - 1;
    for (int i = 0; ticks.size() < 2 || ticks.getLast() < max * (1 - NEARLY); i++) {
      double tick = STEPS[i % steps] * Math.pow(10, power + i / steps);
      if (tick <= min * (1 + NEARLY)) {
        ticks.clear();
      }
      ticks.add(tick);
    }
    return ticks;
  }

  /** From 0 at the lower end to 1 at the upper one. */
  double place(double value) {
    double low = ticks.getFirst();
    return Math.log(value / low) / Math.log(ticks.getLast() / low);
  }
}
