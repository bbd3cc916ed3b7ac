package dev.streamgauge.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table as lines of ASCII, none longer than the width. */
final class TopTable {
  private static final String LINES_HEAD =
      String.format(
          Locale.ROOT,
          "%11s  %-10s %-11s %8s %8s %7s %9s  %s",
          "AGE",
          "PHASE",
          "OPERATION",
          "TTFT",
          "TOKENS",
          "TOK/S",
          "SILENT",
          "MODEL");

  private final TopState state;
  private final List<String> lines = new ArrayList<>();

  private TopTable(TopState state) {
    this.state = state;
  }

  /**
   * The whole table.
   *
   * @param note what is to be said of the connection; empty for nothing
   * @param height at most so many lines; what is left out is counted
   */
  static List<String> of(TopState state, String note, int width, int height) {
    TopTable table = new TopTable(state);
    JsonNode hello = state.hello();
    JsonNode snapshot = state.snapshot();
    JsonNode summary = state.summary();
    if (hello == null || snapshot == null || summary == null) {
      return List.of(Plain.cut(note.isEmpty() ? "connecting..." : note, width));
    }
    table.head(hello, snapshot, summary, note);
    table.figures(summary);
    table.requests(snapshot, height);
    return table.lines.stream().map(line -> Plain.cut(line.stripTrailing(), width)).toList();
  }

  /** One line for a log: what the last row of the history says. */
  static String line(TopState state) {
    return String.format(
        Locale.ROOT,
        "%9s %7s %10s %10s %10s %9s %7s",
        Plain.count(state.figure("in_flight")),
        Plain.count(state.figure("queue")),
        Plain.count(state.figure("tokens_per_second")),
        Plain.duration(state.figure("ttft_p50")),
        Plain.duration(state.figure("ttft_p99")),
        Plain.count(state.figure("requests")),
        Plain.count(errors(state)));
  }

  static String lineHead() {
    return String.format(
        Locale.ROOT,
        "%9s %7s %10s %10s %10s %9s %7s",
        "in flight",
        "queue",
        "tokens/s",
        "TTFT p50",
        "TTFT p99",
        "requests",
        "errors");
  }

  private static @Nullable Double errors(TopState state) {
    Double requests = state.figure("requests");
    Double ok = state.figure("ok");
    return requests == null || ok == null ? null : (Double) (requests - ok);
  }

  private void head(JsonNode hello, JsonNode snapshot, JsonNode summary, String note) {
    long upMillis = snapshot.path("t").asLong();
    lines.add(
        "streamgauge "
            + Plain.text(hello.path("version").asText())
            + "   "
            + Plain.text(hello.path("upstream").asText())
            + "   up "
            + Plain.duration((double) upMillis));
    if (!note.isEmpty()) {
      lines.add("! " + note);
    }
    if (snapshot.path("draining").asBoolean()) {
      lines.add("! draining");
    }
    JsonNode accepts = summary.path("upstream").path("accepts");
    if (accepts.isBoolean() && !accepts.asBoolean()) {
      lines.add("! the model server does not accept connections");
    }
    StringBuilder text = new StringBuilder("in flight ");
    JsonNode phases = snapshot.path("in_flight");
    long all = 0;
    for (JsonNode each : phases) {
      all += each.asLong();
    }
    text.append(all).append(": ");
    String between = "";
    for (Map.Entry<String, JsonNode> phase : phases.properties()) {
      text.append(between).append(phase.getKey()).append(' ').append(phase.getValue().asLong());
      between = ", ";
    }
    if (snapshot.path("limit").isNumber()) {
      text.append("; at most ").append(snapshot.path("limit").asLong());
    }
    text.append("   tokens/s ").append(Plain.count(state.figure("tokens_per_second")));
    lines.add(text.toString());
    lines.add("");
  }

  /** Percentiles at the left, outcomes at the right. */
  private void figures(JsonNode summary) {
    List<String> left = percentiles(summary.path("percentiles"));
    List<String> right = outcomes(summary);
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String figures = i < left.size() ? left.get(i) : "";
      String outcome = i < right.size() ? right.get(i) : "";
      lines.add(String.format(Locale.ROOT, "%-42s %s", figures, outcome));
    }
    for (JsonNode slo : summary.path("slo")) {
      lines.add(slo(slo));
    }
    for (JsonNode gpu : summary.path("gpus")) {
      lines.add(gpu(gpu));
    }
    for (JsonNode absent : summary.path("absent")) {
      if (absent.path("what").asText().equals("gpu")) {
        lines.add("GPU: " + Plain.text(absent.path("why").asText()));
      }
    }
    lines.add("");
  }

  private static List<String> percentiles(JsonNode percentiles) {
    List<String> rows = new ArrayList<>();
    rows.add(String.format(Locale.ROOT, "%-11s %9s %9s %9s", "last 15 min", "p50", "p95", "p99"));
    for (String[] each :
        new String[][] {
          {"ttft", "TTFT"}, {"itl", "ITL"}, {"gap", "gap"}, {"queue_wait", "queue wait"}
        }) {
      JsonNode figure = percentiles.path(each[0]);
      if (figure.path("count").asLong() > 0 || !each[0].equals("itl")) {
        rows.add(
            String.format(
                Locale.ROOT,
                "%-11s %9s %9s %9s",
                each[1],
                Plain.duration(TopState.number(figure.path("p50_ms"))),
                Plain.duration(TopState.number(figure.path("p95_ms"))),
                Plain.duration(TopState.number(figure.path("p99_ms")))));
      }
    }
    return rows;
  }

  private static List<String> outcomes(JsonNode summary) {
    long requests = summary.path("requests").asLong();
    List<String> rows = new ArrayList<>();
    rows.add("requests " + requests);
    summary.path("outcomes").properties().stream()
        .sorted((a, b) -> Long.compare(b.getValue().asLong(), a.getValue().asLong()))
        .forEach(
            each ->
                rows.add(
                    String.format(
                        Locale.ROOT,
                        "%-21s %6d %7s",
                        each.getKey(),
                        each.getValue().asLong(),
                        Plain.percent(each.getValue().asLong(), requests))));
    return rows;
  }

  private static String slo(JsonNode slo) {
    long judged = 0;
    for (JsonNode each : slo.path("requests")) {
      judged += each.asLong();
    }
    long met = slo.path("requests").path("met").asLong();
    return "target "
        + Plain.text(slo.path("name").asText())
        + " ("
        + Plain.text(slo.path("target").asText())
        + "): "
        + Plain.percent(met, judged)
        + " of "
        + judged;
  }

  private static String gpu(JsonNode gpu) {
    Double used = TopState.number(gpu.path("memory_used_bytes"));
    Double total = TopState.number(gpu.path("memory_total_bytes"));
    Double busy = TopState.number(gpu.path("utilization"));
    Double watts = TopState.number(gpu.path("watts"));
    return "GPU "
        + Plain.text(gpu.path("name").asText())
        + ": busy "
        + (busy == null ? "-" : Plain.count(busy * 100) + " %")
        + ", memory "
        + (used == null || total == null ? "-" : Plain.count(used / total * 100) + " %")
        + ", "
        + (watts == null ? "-" : Plain.count(watts) + " W");
  }

  private void requests(JsonNode snapshot, int height) {
    List<TopState.Line> inFlight = state.lines();
    long undrawn = snapshot.path("left_out").asLong();
    if (inFlight.isEmpty()) {
      lines.add("nothing in flight");
      return;
    }
    lines.add(LINES_HEAD);
    int room = Math.max(1, height - lines.size() - 1);
    int shown = inFlight.size() <= room + 1 && undrawn == 0 ? inFlight.size() : room;
    for (TopState.Line line : inFlight.subList(0, Math.min(shown, inFlight.size()))) {
      lines.add(line(line));
    }
    long more = inFlight.size() - Math.min(shown, inFlight.size()) + undrawn;
    if (more > 0) {
      lines.add("... and " + more + " more");
    }
  }

  private static String line(TopState.Line line) {
    return String.format(
        Locale.ROOT,
        "%11s  %-10s %-11s %8s %8d %7s %9s  %s",
        Plain.duration((double) line.ageMillis()),
        line.phase(),
        line.operation(),
        Plain.duration(line.firstTokenMillis()),
        line.tokens(),
        Plain.count(line.tokensPerSecond()),
        Plain.duration(line.silentMillis()) + (line.stalls() > 0 ? "*" : ""),
        line.model());
  }
}
