package dev.streamgauge.bench;

import dev.streamgauge.bench.ScalePlan.Point;
import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.result.Numbers;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One target under one number of streams at one rate. */
final class ScaleRow {
  /** Of what was asked for; below it the rate was not kept. */
  private static final double KEPT_SHARE_MIN = 0.95;

  /** Of a processor; above it whoever takes that much can do no more. */
  private static final double BUSY_SHARE_MIN = 0.85;

  private final Side side;
  private final Point point;
  private final List<Window> windows = new ArrayList<>();

  ScaleRow(Side side, Point point) {
    this.side = side;
    this.point = point;
  }

  /**
   * One round.
   *
   * @param loadNanos the processor time of clients and upstream
   * @param rssMib NaN of direct
   */
  record Window(Round round, long cpuNanos, long loadNanos, double rssMib) {
    int events() {
      return round.delaysNanos().count();
    }

    double eventsPerSecond() {
      return events() / round.seconds();
    }

    double cpuMicrosPerEvent() {
      return events() == 0 ? Double.NaN : cpuNanos / 1e3 / events();
    }

    double cpuPercent() {
      return cpuNanos / 1e7 / round.seconds();
    }

    double loadPercent() {
      return loadNanos / 1e7 / round.seconds();
    }
  }

  Side side() {
    return side;
  }

  Point point() {
    return point;
  }

  void add(Window window) {
    windows.add(window);
  }

  double[] byRound(ToDoubleFunction<Window> figure) {
    return windows.stream().mapToDouble(figure).toArray();
  }

  /** Where there is no process there is no cost. */
  double[] ofProcess(ToDoubleFunction<Window> figure) {
    return side.kind() == TargetKind.DIRECT ? new double[0] : byRound(figure);
  }

  double[] delayMicros(double quantile) {
    return byRound(window -> window.round().delaysNanos().micros(quantile));
  }

  double median(ToDoubleFunction<Window> figure) {
    return Numbers.median(byRound(figure));
  }

  long errors() {
    return windows.stream().mapToLong(window -> window.round().errors()).sum();
  }

  /** Of few events one may fall out of the window. */
  boolean keptUp() {
    double seconds = median(window -> window.round().seconds());
    double wanted = point.events() * seconds * KEPT_SHARE_MIN - 1;
    return median(Window::events) >= wanted;
  }

  /** Empty where all is well. */
  String remark() {
    if (errors() > 0) {
      return "%,d of %,d streams refused or broken"
          .formatted(errors(), (long) point.streams() * windows.size());
    }
    if (keptUp()) {
      return "";
    }
    if (median(Window::loadPercent) > 100 * BUSY_SHARE_MIN) {
      return "not kept up: clients and server of the bench are at their limit";
    }
    return side.kind() == TargetKind.DIRECT || median(Window::cpuPercent) > 100 * BUSY_SHARE_MIN
        ? "not kept up"
        : "not kept up, with time left: the processors were wanted by others";
  }

  String summary() {
    Window last = windows.getLast();
    return String.format(
        Locale.ROOT,
        "%.0f/s, %.1f us/event, p99 %.0f us, load %.0f %%, errors %d",
        last.eventsPerSecond(),
        last.cpuMicrosPerEvent(),
        last.round().delaysNanos().micros(0.99),
        last.loadPercent(),
        last.round().errors());
  }
}
