package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** All windows of one lane. */
final class LaneRounds {
  private final String label;
  private final TargetKind kind;
  private final Window cold;
  private final List<Window> windows = new ArrayList<>();
  private ProcessCost.@Nullable Memory memory;

  LaneRounds(String label, TargetKind kind, Window cold) {
    this.label = label;
    this.kind = kind;
    this.cold = cold;
  }

  /** One round and what the target's processes used during it. */
  record Window(Round round, long cpuNanos) {
    /** Token events or answers: what the load counts. */
    int count() {
      return round.delaysNanos().count();
    }

    /** NaN where nothing came. */
    double cpuMicrosPerCount() {
      return count() == 0 ? Double.NaN : cpuNanos / 1e3 / count();
    }

    double delayMicros(double quantile) {
      return round.delaysNanos().micros(quantile);
    }

    String summary(String label) {
      return String.format(
          Locale.ROOT,
          "%-23s %6d counted %6.2f us each  delay p50 %.0f p99 %.0f us  errors %d",
          label,
          count(),
          cpuMicrosPerCount(),
          delayMicros(0.5),
          delayMicros(0.99),
          round.errors());
    }
  }

  String label() {
    return label;
  }

  TargetKind kind() {
    return kind;
  }

  Window cold() {
    return cold;
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

  /** By round, without the cold one. */
  double[] byRound(ToDoubleFunction<Window> figure) {
    return windows.stream().mapToDouble(figure).toArray();
  }

  long count() {
    return windows.stream().mapToLong(Window::count).sum();
  }

  long errors() {
    return windows.stream().mapToLong(window -> window.round().errors()).sum();
  }
}
