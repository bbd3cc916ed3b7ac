package dev.streamgauge.report.run;

import java.util.Arrays;

/**
 * How many requests there were at once, as means over short cells of time, from the spans in which
 * they were there. A span costs the same however long it is, spans may come in any order, and where
 * a run becomes longer than {@link #CELLS_MAX} cells, neighbours are put together without losing
 * anything but their difference. For one thread.
 */
final class Occupancy {
  static final int CELLS_MAX = 1 << 17;

  /** Each a multiple of the one before, and each of {@link TimeAxis}'s one of many of these. */
  private static final long[] WIDTHS_MILLIS = {
    100,
    200,
    1000,
    5000,
    10_000,
    30_000,
    60_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    10_800_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000
  };

  /** By how many more or fewer it is covered from this cell on, throughout. */
  private long[] steps = new long[CELLS_MAX];

  /** What covers a part of this cell only, in microseconds. */
  private long[] parts = new long[CELLS_MAX];

  private int width;

  /** The number of the first element, and of the cells that are in use. */
  private long base;

  private long first;
  private long last = -1;

  /** Counts one more from the first moment to the second, in microseconds since 1970. */
  void add(long fromMicros, long toMicros) {
    if (toMicros <= fromMicros || !reach(fromMicros, toMicros)) {
      return;
    }
    long cellMicros = cellMicros();
    long from = Math.floorDiv(fromMicros, cellMicros);
    long to = Math.floorDiv(toMicros, cellMicros);
    if (from == to) {
      parts[at(from)] += toMicros - fromMicros;
    } else {
      parts[at(from)] += (from + 1) * cellMicros - fromMicros;
      steps[at(from + 1)]++;
      steps[at(to)]--;
      parts[at(to)] += toMicros - to * cellMicros;
    }
  }

  /** The mean over each cell; nothing is added behind that. */
  Means means() {
    double[] means = new double[last < first ? 0 : (int) (last - first + 1)];
    long covered = 0;
    for (int i = 0; i < means.length; i++) {
      covered += steps[at(first + i)];
      means[i] = covered + (double) parts[at(first + i)] / cellMicros();
    }
    return new Means(means, first, cellMicros());
  }

  private long cellMicros() {
    return WIDTHS_MILLIS[width] * 1000;
  }

  private int at(long cell) {
    return (int) (cell - base);
  }

  /** Makes the cells of a span; false where they are too far away from the others. */
  private boolean reach(long fromMicros, long toMicros) {
    while (true) {
      long from = Math.floorDiv(fromMicros, cellMicros());
      long to = Math.floorDiv(toMicros, cellMicros());
      long newFirst = last < first ? from : Math.min(first, from);
      long newLast = last < first ? to : Math.max(last, to);
      if (newLast - newFirst < CELLS_MAX) {
        place(newFirst, newLast);
        return true;
      }
      if (width == WIDTHS_MILLIS.length - 1) {
        return false;
      }
      widen();
    }
  }

  private void place(long newFirst, long newLast) {
    boolean empty = last < first;
    if (empty || newFirst < base || newLast >= base + CELLS_MAX) {
      long newBase = newFirst - (CELLS_MAX - (newLast - newFirst + 1)) / 2;
      if (!empty) {
        steps = moved(steps, newBase);
        parts = moved(parts, newBase);
      }
      base = newBase;
    }
    first = newFirst;
    last = newLast;
  }

  private long[] moved(long[] cells, long newBase) {
    long[] moved = new long[CELLS_MAX];
    int length = (int) (last - first + 1);
    System.arraycopy(cells, at(first), moved, (int) (first - newBase), length);
    return moved;
  }

  private void widen() {
    long oldMicros = cellMicros();
    long factor = WIDTHS_MILLIS[width + 1] / WIDTHS_MILLIS[width];
    width++;
    if (last < first) {
      return;
    }
    long newFirst = Math.floorDiv(first, factor);
    // a step within the last one is carried into the cell behind it, where it is taken back
    long newLast = Math.floorDiv(last, factor) + 1;
    long newBase = newFirst - (CELLS_MAX - (newLast - newFirst + 1)) / 2;
    long[] newSteps = new long[CELLS_MAX];
    long[] newParts = new long[CELLS_MAX];
    for (long cell = first; cell <= last; cell++) {
      long wide = Math.floorDiv(cell, factor);
      int to = (int) (wide - newBase);
      long within = cell - wide * factor;
      long step = steps[at(cell)];
      newParts[to] += parts[at(cell)];
      if (within == 0) {
        newSteps[to] += step;
      } else {
        newParts[to] += step * (factor - within) * oldMicros;
        newSteps[to + 1] += step;
      }
    }
    steps = newSteps;
    parts = newParts;
    base = newBase;
    first = newFirst;
    last = newLast;
  }

  /** How many there were, cell by cell. */
  static final class Means {
    private final double[] cells;
    private final long first;
    private final long cellMicros;

    /** Takes ownership of the cells. */
    private Means(double[] cells, long first, long cellMicros) {
      this.cells = cells;
      this.first = first;
      this.cellMicros = cellMicros;
    }

    /** Around that moment; 0 where nothing was. */
    double at(long micros) {
      long cell = Math.floorDiv(micros, cellMicros) - first;
      return cell < 0 || cell >= cells.length ? 0 : cells[(int) cell];
    }

    /** Over a span that whole cells make up. */
    double mean(long fromMicros, long toMicros) {
      long from = Math.floorDiv(fromMicros, cellMicros) - first;
      long to = Math.floorDiv(toMicros - 1, cellMicros) - first;
      double sum = 0;
      for (long cell = Math.max(0, from); cell <= Math.min(to, cells.length - 1); cell++) {
        sum += cells[(int) cell];
      }
      return sum / (to - from + 1);
    }

    double max() {
      return Arrays.stream(cells).max().orElse(0);
    }

    double cellSeconds() {
      return cellMicros / 1e6;
    }
  }
}
