package dev.streamgauge.report.page;

import dev.streamgauge.report.Report;
import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.compare.Comparison.ShareRow;
import dev.streamgauge.report.compare.Difference;
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

/**
 * All figures, one a line, as RFC 4180 has it but with line feeds alone. What is not known has no
 * line. docs/report.md has the columns.
 */
public final class CsvPage {
  private static final String MS = "ms";
  private static final String NONE = "";
  private static final String COUNT = "count";

  private final Writer to;
  private String run = "now";

  private CsvPage(Writer to) {
    this.to = to;
  }

  public static void write(Report report, Writer to) throws IOException {
    CsvPage page = new CsvPage(to);
    to.write("run,table,model,time,load,figure,statistic,unit,value\n");
    page.run(report.run());
    if (report.baseline() != null) {
      page.run = "baseline";
      page.run(report.baseline());
    }
    if (report.comparison() != null) {
      page.run = "difference";
      page.comparison(report.comparison());
    }
  }

  /** What a line is about. */
  private record Key(String table, String model, String time, String load) {}

  private void run(RunSummary summary) throws IOException {
    group(new Key("summary", NONE, NONE, NONE), summary.all());
    for (GroupSummary model : summary.models()) {
      group(new Key("model", named(model.model()), NONE, NONE), model);
    }
    for (RunSummary.Part part : summary.course().parts()) {
      part(part, summary);
    }
    load("running", summary.load().byRunning());
    load("queued", summary.load().byQueued());
  }

  private void group(Key key, GroupSummary group) throws IOException {
    line(key, "requests", "all", COUNT, group.requests());
    line(key, "requests", "inferences", COUNT, group.inferences());
    line(key, "requests", "failures", COUNT, group.failures());
    outcomes(key, group.outcomes());
    line(key, "input_tokens", "sum", COUNT, group.inputTokens());
    line(key, "output_tokens", "sum", COUNT, group.outputTokens());
    line(key, "stalls", "sum", COUNT, group.stalls());
    Energy energy = group.energy();
    if (energy != null) {
      line(key, "energy", "sum", "joules", energy.joules());
      perToken(key, energy.joulesPerOutputToken());
    }
    figures(key, group.figures());
    targets(key, group.targets());
  }

  private void part(RunSummary.Part part, RunSummary summary) throws IOException {
    String start = Instant.ofEpochMilli(part.startMillis()).toString();
    Key key = new Key("time", NONE, start, NONE);
    line(key, "requests", "inferences", COUNT, part.inferences());
    line(key, "requests", "failures", COUNT, part.failures());
    outcomes(key, part.outcomes());
    line(key, "output_tokens", "sum", COUNT, part.outputTokens());
    line(key, "running", "mean", COUNT, part.running());
    line(key, "queued", "mean", COUNT, part.queued());
    perToken(key, part.joulesPerOutputToken());
    figures(key, part.figures());
    targets(key, part.targets());
    for (int i = 0; i < summary.models().size(); i++) {
      String model = named(summary.models().get(i).model());
      figures(new Key("model_time", model, start, NONE), part.byModel().get(i));
    }
  }

  private void load(String table, List<LoadRow> rows) throws IOException {
    for (LoadRow row : rows) {
      Key key = new Key(table, NONE, NONE, Double.toString(row.from()));
      line(key, "requests", "inferences", COUNT, row.requests());
      figures(key, row.figures());
    }
  }

  private void outcomes(Key key, Map<Outcome, Long> outcomes) throws IOException {
    for (Map.Entry<Outcome, Long> outcome : outcomes.entrySet()) {
      line(key, "outcome", outcome.getKey().label(), COUNT, outcome.getValue());
    }
  }

  private void perToken(Key key, @Nullable Double joules) throws IOException {
    if (joules != null) {
      line(key, "energy", "mean", "joules_per_output_token", joules);
    }
  }

  private void figures(Key key, Map<Figure, Stats> figures) throws IOException {
    for (Map.Entry<Figure, Stats> entry : figures.entrySet()) {
      String figure = entry.getKey().label();
      Stats stats = entry.getValue();
      line(key, figure, "count", COUNT, stats.count());
      line(key, figure, "mean", MS, stats.mean() / 1e3);
      line(key, figure, "min", MS, stats.min() / 1e3);
      line(key, figure, "p50", MS, stats.p50() / 1e3);
      line(key, figure, "p90", MS, stats.p90() / 1e3);
      line(key, figure, "p95", MS, stats.p95() / 1e3);
      line(key, figure, "p99", MS, stats.p99() / 1e3);
      line(key, figure, "max", MS, stats.max() / 1e3);
    }
  }

  private void targets(Key key, List<TargetSummary> targets) throws IOException {
    for (TargetSummary target : targets) {
      String figure = "slo:" + target.name() + ":" + target.terms();
      line(key, figure, "judged", COUNT, target.judged());
      line(key, figure, "met", COUNT, target.met());
      line(key, figure, "by_ttft", COUNT, target.byTtft());
      line(key, figure, "by_tpot", COUNT, target.byTpot());
      line(key, figure, "by_duration", COUNT, target.byDuration());
      line(key, figure, "by_error", COUNT, target.byError());
    }
  }

  private void comparison(Comparison comparison) throws IOException {
    for (QuantileRow row : comparison.quantiles()) {
      String model = row.all() ? NONE : named(row.model());
      Key key = new Key(row.all() ? "summary" : "model", model, NONE, NONE);
      String statistic = "p" + Math.round(row.quantile() * 100);
      difference(key, row.figure().label(), statistic, MS, row.difference(), 1e3);
    }
    for (ShareRow row : comparison.shares()) {
      Key key = new Key("summary", NONE, NONE, NONE);
      boolean target = !row.what().equals("failures");
      String figure = target ? "slo:" + row.what() : row.what();
      difference(key, figure, "share", "ratio", row.difference(), 1);
    }
  }

  private void difference(
      Key key, String figure, String statistic, String unit, Difference difference, double divisor)
      throws IOException {
    line(key, figure, statistic, unit, difference.value() / divisor);
    if (difference.interval() != null) {
      line(key, figure, statistic + "_low", unit, difference.interval().low() / divisor);
      line(key, figure, statistic + "_high", unit, difference.interval().high() / divisor);
    }
  }

  /** A model without a name is not all models. */
  private static String named(@Nullable String model) {
    return model == null ? "(no model)" : model;
  }

  private void line(Key key, String figure, String statistic, String unit, long value)
      throws IOException {
    line(key, figure, statistic, unit, Long.toString(value));
  }

  private void line(Key key, String figure, String statistic, String unit, double value)
      throws IOException {
    line(key, figure, statistic, unit, Double.toString(value));
  }

  private void line(Key key, String figure, String statistic, String unit, String value)
      throws IOException {
    to.write(run);
    cell(key.table());
    cell(key.model());
    cell(key.time());
    cell(key.load());
    cell(figure);
    cell(statistic);
    cell(unit);
    to.write(',');
    to.write(value);
    to.write('\n');
  }

  /** A name from a log could be a formula to a spreadsheet: such a one gets an apostrophe. */
  private void cell(String text) throws IOException {
    boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
    String safe = formula ? "'" + text : text;
    boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    to.write(',');
    to.write(quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe);
  }
}
