package dev.streamgauge.cli.demo;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lines for people. ASCII only: whatever the terminal, the columns stand. */
final class Table {
  private Table() {}

  static String head() {
    return row(
        "", "requests", "in flight", "TTFT p50", "p99", "ITL p50", "p99", "tokens/s", "errors");
  }

  /**
   * A row.
   *
   * @param inFlight null where it says nothing of the span
   */
  static String line(String span, Figures figures, @Nullable Integer inFlight) {
    return row(
        span,
        Long.toString(figures.requests()),
        inFlight == null ? "" : inFlight.toString(),
        duration(figures.ttft().quantileSeconds(0.5)),
        duration(figures.ttft().quantileSeconds(0.99)),
        duration(figures.itl().quantileSeconds(0.5)),
        duration(figures.itl().quantileSeconds(0.99)),
        String.format(Locale.ROOT, "%.0f", figures.tokensPerSecond()),
        figures.errors().isEmpty() ? "-" : figures.errors());
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-8s %8s %9s %9s %9s %9s %9s %9s   %s", cells)
        .stripTrailing();
  }

  /** Absent is a dash, not 0. */
  private static String duration(@Nullable Double seconds) {
    if (seconds == null) {
      return "-";
    }
    double millis = seconds * 1e3;
    return millis < 100
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.0f ms", millis);
  }
}
