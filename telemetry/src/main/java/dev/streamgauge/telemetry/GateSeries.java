package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.Families.Reading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queue in front of the server, as it is when the page is asked for. Any thread. */
final class GateSeries {
  private volatile GateView figures = GateView.NONE;

  GateSeries(Families families) {
    families.gauge(
        "queue_length", "Requests waiting in this proxy's own queue.", () -> figures.waiting());
    families.gauge(
        "queue_capacity", "How many requests may wait at once.", () -> figures.capacity());
    families.sometimes(
        "concurrency_limit",
        "How many requests may be with the server at once; absent without a limit.",
        this::limit);
    families.gauge(
        "concurrency_limit_ttft_seconds",
        "What an adaptive limit goes by: the mean time from admission to the first token, while"
            + " nobody waits for another and in the last window; of whole answers, to the end;"
            + " absent before the first one, and without such a limit.",
        "window",
        this::times);
    families.countedBy(
        "concurrency_limit_decisions_total",
        "What became of an adaptive limit behind a window of first tokens.",
        "decision",
        this::decisions);
  }

  void watch(GateView gate) {
    figures = gate;
  }

  GateView watched() {
    return figures;
  }

  private @Nullable Double limit() {
    Integer limit = figures.limit();
    return limit == null ? null : Double.valueOf(limit);
  }

  private List<Reading> times() {
    GateView.Adaptive now = figures.adaptive();
    return now == null || Double.isNaN(now.leastSeconds())
        ? List.of()
        : List.of(
            new Reading("least", now.leastSeconds()), new Reading("last", now.windowSeconds()));
  }

  private List<Reading> decisions() {
    GateView.Adaptive now = figures.adaptive();
    return List.of(
        new Reading("increase", now == null ? 0 : now.increases()),
        new Reading("decrease", now == null ? 0 : now.decreases()),
        new Reading("hold", now == null ? 0 : now.holds()));
  }
}
