package dev.streamgauge.report.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.streamgauge.report.Report;
import dev.streamgauge.report.log.LineCounts.Rejected;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.report.run.Energy;
import dev.streamgauge.report.run.GroupSummary;
import dev.streamgauge.report.run.LoadRow;
import dev.streamgauge.report.run.RunSummary;
import dev.streamgauge.report.run.TargetSummary;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All figures as one JSON object; what is not known is left out. docs/report.md has the names. */
public final class JsonPage {
  private final JsonGenerator json;

  private JsonPage(JsonGenerator json) {
    this.json = json;
  }

  public static void write(Report report, Writer to) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(to)) {
      new JsonPage(json).report(report);
      json.writeRaw('\n');
    }
  }

  private void report(Report report) throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("files");
    for (String file : report.files()) {
      json.writeString(file);
    }
    json.writeEndArray();
    json.writeFieldName("run");
    run(report.run());
    if (report.baseline() != null) {
      json.writeFieldName("baseline");
      run(report.baseline());
    }
    if (report.comparison() != null) {
      new JsonComparison(json).write(report.comparison());
    }
    json.writeEndObject();
  }

  private void run(RunSummary run) throws IOException {
    json.writeStartObject();
    lines(run.lines());
    moment("first", run.course().firstMillis());
    moment("last", run.course().lastMillis());
    json.writeFieldName("all");
    group(run.all());
    json.writeArrayFieldStart("models");
    for (GroupSummary model : run.models()) {
      group(model);
    }
    json.writeEndArray();
    json.writeNumberField("part_seconds", run.course().partMillis() / 1000);
    json.writeArrayFieldStart("parts");
    for (RunSummary.Part part : run.course().parts()) {
      part(part, run.models());
    }
    json.writeEndArray();
    load(run.load());
    slowest("slowest_to_first_token", run.slowestToFirstToken());
    slowest("slowest_to_end", run.slowestToEnd());
    json.writeEndObject();
  }

  private void lines(RunSummary.Lines lines) throws IOException {
    json.writeObjectFieldStart("lines");
    json.writeNumberField("read", lines.read());
    json.writeNumberField("requests", lines.requests());
    json.writeNumberField("out_of_span", lines.outOfSpan());
    json.writeNumberField("without_time", lines.withoutTime());
    json.writeNumberField("far_away", lines.farAway());
    json.writeNumberField("of_further_models", lines.ofFurtherModels());
    json.writeArrayFieldStart("rejected");
    for (Rejected rejected : lines.rejected()) {
      json.writeStartObject();
      json.writeStringField("reason", rejected.reason().label());
      json.writeNumberField("lines", rejected.lines());
      json.writeArrayFieldStart("examples");
      for (String example : rejected.examples()) {
        json.writeString(example);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void group(GroupSummary group) throws IOException {
    json.writeStartObject();
    text("model", group.model());
    json.writeNumberField("requests", group.requests());
    json.writeNumberField("inferences", group.inferences());
    json.writeNumberField("failures", group.failures());
    outcomes(group.outcomes());
    json.writeNumberField("input_tokens", group.inputTokens());
    json.writeNumberField("output_tokens", group.outputTokens());
    json.writeNumberField("stalls", group.stalls());
    energy(group.energy());
    figures(group.figures());
    targets(group.targets());
    json.writeEndObject();
  }

  private void outcomes(Map<Outcome, Long> outcomes) throws IOException {
    json.writeObjectFieldStart("outcomes");
    for (Map.Entry<Outcome, Long> outcome : outcomes.entrySet()) {
      json.writeNumberField(outcome.getKey().label(), outcome.getValue());
    }
    json.writeEndObject();
  }

  private void energy(@Nullable Energy energy) throws IOException {
    if (energy != null) {
      json.writeObjectFieldStart("energy");
      json.writeNumberField("joules", energy.joules());
      json.writeNumberField("requests", energy.requests());
      json.writeNumberField("output_tokens", energy.outputTokens());
      number("joules_per_output_token", energy.joulesPerOutputToken());
      json.writeEndObject();
    }
  }

  private void figures(Map<Figure, Stats> figures) throws IOException {
    for (Map.Entry<Figure, Stats> figure : figures.entrySet()) {
      Stats stats = figure.getValue();
      json.writeObjectFieldStart(figure.getKey().label() + "_ms");
      json.writeNumberField("count", stats.count());
      millis("mean", stats.mean());
      micros("min", stats.min());
      millis("p50", stats.p50());
      millis("p90", stats.p90());
      millis("p95", stats.p95());
      millis("p99", stats.p99());
      micros("max", stats.max());
      json.writeEndObject();
    }
  }

  private void targets(List<TargetSummary> targets) throws IOException {
    if (targets.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("targets");
    for (TargetSummary target : targets) {
      json.writeStartObject();
      json.writeStringField("name", target.name());
      json.writeStringField("terms", target.terms());
      json.writeNumberField("judged", target.judged());
      json.writeNumberField("met", target.met());
      json.writeNumberField("by_ttft", target.byTtft());
      json.writeNumberField("by_tpot", target.byTpot());
      json.writeNumberField("by_duration", target.byDuration());
      json.writeNumberField("by_error", target.byError());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void part(RunSummary.Part part, List<GroupSummary> models) throws IOException {
    json.writeStartObject();
    moment("start", part.startMillis());
    json.writeNumberField("inferences", part.inferences());
    json.writeNumberField("failures", part.failures());
    outcomes(part.outcomes());
    json.writeNumberField("output_tokens", part.outputTokens());
    number("joules_per_output_token", part.joulesPerOutputToken());
    json.writeNumberField("running", part.running());
    json.writeNumberField("queued", part.queued());
    figures(part.figures());
    targets(part.targets());
    json.writeArrayFieldStart("models");
    for (int i = 0; i < models.size(); i++) {
      if (!part.byModel().get(i).isEmpty()) {
        json.writeStartObject();
        text("model", models.get(i).model());
        figures(part.byModel().get(i));
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void load(RunSummary.Load load) throws IOException {
    json.writeObjectFieldStart("load");
    json.writeNumberField("sampled", load.sampled());
    json.writeNumberField("cell_seconds", load.cellSeconds());
    json.writeNumberField("running_max", load.runningMax());
    json.writeNumberField("queued_max", load.queuedMax());
    loadRows("by_running", load.byRunning());
    loadRows("by_queued", load.byQueued());
    json.writeEndObject();
  }

  private void loadRows(String name, List<LoadRow> rows) throws IOException {
    json.writeArrayFieldStart(name);
    for (LoadRow row : rows) {
      json.writeStartObject();
      json.writeNumberField("from", row.from());
      json.writeNumberField("to", row.to());
      json.writeNumberField("requests", row.requests());
      figures(row.figures());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void slowest(String name, List<LoggedRequest> requests) throws IOException {
    json.writeArrayFieldStart(name);
    for (LoggedRequest request : requests) {
      Split split = Split.of(request);
      json.writeStartObject();
      text("request_id", request.requestId());
      moment("time", request.atMillis());
      text("model", request.model());
      text("pod", request.pod());
      json.writeStringField("outcome", request.outcome().label());
      millis("ttft_ms", request.times().firstToken());
      micros("duration_ms", request.times().duration());
      json.writeObjectFieldStart("split");
      micros("queue_ms", split.queue());
      micros("connect_ms", split.connect());
      micros("prefill_ms", split.prefill());
      micros("generation_ms", split.generation());
      micros("rest_ms", split.rest());
      json.writeEndObject();
      text("slow_because", request.slowBecause());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      json.writeStringField(name, value);
    }
  }

  private void number(String name, @Nullable Double value) throws IOException {
    if (value != null) {
      json.writeNumberField(name, value);
    }
  }

  private void moment(String name, @Nullable Long millis) throws IOException {
    if (millis != null) {
      json.writeStringField(name, Instant.ofEpochMilli(millis).toString());
    }
  }

  private void millis(String name, double micros) throws IOException {
    json.writeNumberField(name, micros / 1e3);
  }

  /** Written in milliseconds. */
  private void micros(String name, long micros) throws IOException {
    json.writeNumberField(name, (double) micros / 1e3);
  }

  private void millis(String name, @Nullable Long micros) throws IOException {
    if (micros != null) {
      micros(name, micros.longValue());
    }
  }
}
