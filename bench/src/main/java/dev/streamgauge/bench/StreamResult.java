package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All windows of one target. */
final class StreamResult {
  private final Side side;
  private final Window cold;
  private final List<Window> windows = new ArrayList<>();
  private ProcessCost.@Nullable Memory memory;

  StreamResult(Side side, Window cold) {
    this.side = side;
    this.cold = cold;
  }

  /** One round and what the target's processes used during it. */
  record Window(Round round, long cpuNanos) {
    int events() {
      return round.delaysNanos().count();
    }

    double cpuMicrosPerEvent() {
      return cpuNanos / 1e3 / events();
    }

    String summary(String label) {
      return String.format(
          Locale.ROOT,
          "%-23s %6d events %6.2f us/event  delay p50 %.0f p99 %.0f us  errors %d",
          label,
          events(),
          cpuMicrosPerEvent(),
          round.delaysNanos().micros(0.5),
          round.delaysNanos().micros(0.99),
          round.errors());
    }
  }

  String label() {
    return side.label();
  }

  TargetKind kind() {
    return side.kind();
  }

  Window cold() {
    return cold;
  }

  List<Window> windows() {
    return windows;
  }

  ProcessCost.@Nullable Memory memory() {
    return memory;
  }

  void add(Window window) {
    windows.add(window);
  }

  void memory(ProcessCost.Memory value) {
    memory = value;
  }

  /** Over the measured rounds, without the cold one. */
  double median(ToDoubleFunction<Window> figure) {
    return Numbers.median(windows.stream().mapToDouble(figure).toArray());
  }

  double delayMicros(double quantile) {
    return median(window -> window.round().delaysNanos().micros(quantile));
  }

  long events() {
    return windows.stream().mapToLong(Window::events).sum();
  }

  long errors() {
    return windows.stream().mapToLong(window -> window.round().errors()).sum();
  }
}
