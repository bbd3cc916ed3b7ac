package dev.streamgauge.telemetry.live;

import dev.streamgauge.config.DurationValue;
import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.telemetry.ClientAddressText;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.SloVerdict;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.Figure;
import dev.streamgauge.timeline.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the last 15 minutes come to, as an event. On the admin thread. */
final class SummaryJson {
  private static final int CHARS = 4096;
  private static final int GPUS_MAX = 16;
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_MILLI = 1e6;

  private final History history;
  private final Slowest slowest;
  private final Telemetry telemetry;
  private final LiveFacts facts;
  private final LiveBoard board;

  SummaryJson(
      History history, Slowest slowest, Telemetry telemetry, LiveFacts facts, LiveBoard board) {
    this.history = history;
    this.slowest = slowest;
    this.telemetry = telemetry;
    this.facts = facts;
    this.board = board;
  }

  byte[] at(long millis) {
    Span span = history.whole();
    JsonText json = new JsonText(CHARS).open().field("t", millis);
    json.field("requests", span.requests()).field("missed", board.missed());
    outcomes(span, json);
    json.open("percentiles");
    percentiles("ttft", span.ttft, json);
    percentiles("itl", span.interToken, json);
    percentiles("gap", span.gap, json);
    percentiles("queue_wait", span.queueWait, json);
    json.close();
    slos(span, json);
    phases(span, json);
    slowest(json);
    gate(json);
    engine(json);
    gpus(telemetry.gpus().snapshot(), json);
    json.open("upstream").field("address", facts.upstream());
    Boolean accepts = facts.upstreamAccepts();
    if (accepts != null) {
      json.field("accepts", accepts.booleanValue());
    }
    json.close();
    Absences.write(telemetry, facts, span, json);
    return json.close().event("summary");
  }

  private static void outcomes(Span span, JsonText json) {
    json.open("outcomes");
    for (Outcome outcome : Outcome.values()) {
      long count = span.outcomes.of(outcome);
      if (count > 0) {
        json.field(outcome.label(), count);
      }
    }
    json.close();
  }

  private static void percentiles(String name, Sketch sketch, JsonText json) {
    json.open(name).field("count", sketch.count());
    json.field("p50_ms", (Double) (sketch.quantileSeconds(0.5) * MILLIS_PER_SECOND));
    json.field("p95_ms", (Double) (sketch.quantileSeconds(0.95) * MILLIS_PER_SECOND));
    json.field("p99_ms", (Double) (sketch.quantileSeconds(0.99) * MILLIS_PER_SECOND));
    json.close();
  }

  private void slos(Span span, JsonText json) {
    json.openList("slo");
    List<Slo> slos = telemetry.slos();
    for (int i = 0; i < slos.size(); i++) {
      Slo slo = slos.get(i);
      Tally<SloVerdict> verdicts = span.verdicts.get(i);
      json.open().field("name", slo.name()).field("model", LiveView.cut(slo.model()));
      json.field("target", target(slo)).open("requests");
      for (SloVerdict verdict : SloVerdict.values()) {
        String label = verdict == SloVerdict.MET ? "met" : verdict.label();
        json.field(label, verdicts.of(verdict));
      }
      json.close().close();
    }
    json.closeList();
  }

  private static String target(Slo slo) {
    List<String> parts = new ArrayList<>();
    addPart("ttft", slo.ttftNanosMax(), parts);
    addPart("tpot", slo.tpotNanosMax(), parts);
    addPart("duration", slo.durationNanosMax(), parts);
    return String.join(", ", parts);
  }

  private static void addPart(String name, @Nullable Long nanos, List<String> parts) {
    if (nanos != null) {
      parts.add(name + " < " + DurationValue.text(Duration.ofNanos(nanos)));
    }
  }

  /** Their means add up to that of the time to first token. */
  private static void phases(Span span, JsonText json) {
    json.openList("phases");
    for (int i = 0; i < Span.PHASES.size(); i++) {
      json.open().field("phase", Span.PHASES.get(i)).field("known", span.phaseKnown[i]);
      if (span.ttft.count() > 0) {
        Double mean = span.phaseNanos[i] / NANOS_PER_MILLI / span.ttft.count();
        json.field("mean_ms", mean);
      }
      json.close();
    }
    json.closeList();
  }

  private void slowest(JsonText json) {
    json.openList("slowest");
    for (Slowest.Entry each : slowest.of(history.minute())) {
      json.open();
      json.field("at", each.receivedAt() == null ? null : each.receivedAt().toString());
      json.field("request_id", each.requestId())
          .field("model", LiveView.cut(telemetry.knownModel(each.model())));
      json.field("operation", each.operation().label()).field("outcome", each.outcome());
      json.field("client", ClientAddressText.of(each.client(), facts.clients()));
      json.field("waited_ms", millis(each.waitedNanos()));
      json.field("duration_ms", millis(each.durationNanos()));
      json.field("last_token_ms", millis(each.lastTokenNanos()));
      json.field("chunks", each.chunks()).field("output_tokens", each.outputTokens());
      json.field("stalls", each.stalls()).field("gap_max_ms", millis(each.longestGapNanos()));
      json.field("because", each.because());
      if (each.phases() != null) {
        Long[] parts = Span.parts(each.phases());
        json.open("phases");
        for (int i = 0; i < parts.length; i++) {
          json.field(Span.PHASES.get(i), millis(parts[i]));
        }
        json.close();
      }
      json.close();
    }
    json.closeList();
  }

  private static @Nullable Double millis(@Nullable Long nanos) {
    return nanos == null ? null : (Double) (nanos / NANOS_PER_MILLI);
  }

  private void gate(JsonText json) {
    GateView gate = telemetry.gate();
    json.open("gate").field("waiting", gate.waiting()).field("admitted", gate.admitted());
    json.field("limit", gate.limit());
    if (gate.limit() != null) {
      json.field("capacity", gate.capacity());
    }
    json.close();
  }

  private void engine(JsonText json) {
    Engine engine = telemetry.engine().engine();
    EngineBoard.Reading page = telemetry.engine().fresh();
    json.open("engine").field("name", engine == null ? null : engine.label());
    if (page != null) {
      json.field("waiting", page.figures().value(Figure.WAITING));
      json.field("running", page.figures().value(Figure.RUNNING));
      json.field("kv_cache", page.figures().value(Figure.KV_CACHE_USAGE));
    }
    json.close();
  }

  private static void gpus(@Nullable GpuSnapshot snapshot, JsonText json) {
    json.openList("gpus");
    List<GpuSample> gpus = snapshot == null ? List.of() : snapshot.gpus();
    for (GpuSample each : gpus.subList(0, Math.min(GPUS_MAX, gpus.size()))) {
      json.open().field("name", each.gpu().name()).field("uuid", each.gpu().uuid());
      json.field("utilization", each.figure(GpuField.UTILIZATION));
      json.field("memory_used_bytes", each.figure(GpuField.MEMORY_USED));
      json.field("memory_total_bytes", each.figure(GpuField.MEMORY_TOTAL));
      json.field("watts", each.figure(GpuField.POWER));
      json.field("watts_limit", each.figure(GpuField.POWER_LIMIT));
      json.field("celsius", each.figure(GpuField.TEMPERATURE));
      Set<ThrottleReason> throttled = each.throttled();
      if (throttled != null) {
        json.openList("throttled");
        throttled.stream().sorted().forEach(reason -> json.string(reason.label()));
        json.closeList();
      }
      json.close();
    }
    json.closeList();
  }
}
