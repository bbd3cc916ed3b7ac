package dev.streamgauge.telemetry.live;

import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.Figure;
import org.jspecify.annotations.Nullable;

/** Figures that are not there, each with the reason: an empty chart would be taken for a zero. */
final class Absences {
  private final JsonText json;

  private Absences(JsonText json) {
    this.json = json;
  }

  static void write(Telemetry telemetry, LiveFacts facts, Span span, JsonText json) {
    json.openList("absent");
    Absences absences = new Absences(json);
    absences.gpu(telemetry, facts);
    absences.engine(telemetry, facts);
    absences.streams(span);
    if (telemetry.gate().limit() == null) {
      absences.add("queue", "no limit is set (--max-concurrency), so no request waits here");
    }
    if (telemetry.slos().isEmpty()) {
      absences.add("slo", "no target is set (--slo)");
    }
    json.closeList();
  }

  private void gpu(Telemetry telemetry, LiveFacts facts) {
    String off = facts.gpusOff();
    if (off != null) {
      add("gpu", off);
      return;
    }
    GpuStatus status = telemetry.gpus();
    if (!status.up()) {
      String said = status.why();
      add("gpu", said != null ? said : "no driver has answered yet");
    }
  }

  private void engine(Telemetry telemetry, LiveFacts facts) {
    EngineBoard.Reading page = telemetry.engine().fresh();
    if (page == null) {
      String said = facts.engineMissing();
      add("engine", said != null ? said : "the model server's own metrics were not read yet");
    } else if (page.figures().value(Figure.KV_CACHE_USAGE) == null) {
      add("kv_cache", "the page of " + page.engine().label() + " does not say");
    }
  }

  private void streams(Span span) {
    if (span.ttft.count() == 0) {
      add(
          "ttft",
          span.requests() == 0
              ? "no request has ended in the last 15 minutes"
              : "no streamed answer with tokens has ended in the last 15 minutes");
      return;
    }
    if (span.interToken.count() == 0) {
      add("itl", "the answers do not say how many tokens a piece carries: gaps are shown instead");
    }
    if (span.phaseKnown[Span.PHASES.indexOf("prefill")] == 0) {
      add("engine_phases", "the server does not say how long its own queue and prefill took");
    }
  }

  private void add(String what, @Nullable String why) {
    json.open().field("what", what).field("why", why).close();
  }
}
