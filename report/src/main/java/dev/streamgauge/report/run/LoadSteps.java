package dev.streamgauge.report.run;

/** Steps of load: 0, below 1, 1, 2, 3, 4, 6, 8, 12, 16, 24 and so on. */
final class LoadSteps {
  /** What a mean over a cell is where nobody was there. */
  private static final double NOBODY = 1e-9;

  private LoadSteps() {}

  static int of(double load) {
    if (load <= NOBODY) {
      return 0;
    }
    int step = 1;
    while (load >= to(step)) {
      step++;
    }
    return step;
  }

  /** Inclusive. */
  static double from(int step) {
    return step <= 1 ? 0 : edge(step - 2);
  }

  /** Exclusive, but for nobody. */
  static double to(int step) {
    return step == 0 ? 0 : edge(step - 1);
  }

  /** 1, 2, 3, 4, 6, 8, 12, ... */
  private static double edge(int index) {
    if (index == 0) {
      return 1;
    }
    return index % 2 == 1 ? Math.scalb(1.0, (index + 1) / 2) : Math.scalb(1.5, index / 2);
  }
}
