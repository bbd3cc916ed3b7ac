package dev.streamgauge.report.page;

import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.report.run.GroupSummary;
import dev.streamgauge.report.run.LoadRow;
import dev.streamgauge.report.run.RunSummary;
import dev.streamgauge.report.run.RunSummary.Part;
import dev.streamgauge.report.run.TargetSummary;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The charts of one run. */
final class Charts {
  private static final int TIME_LABELS_MAX = 5;
  private static final int STEP_LABELS_MAX = 8;
  private static final int DAY_PARTS = 2;

  private final RunSummary run;
  private final double partSeconds;

  private final List<String> places = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  Charts(RunSummary run) {
    this.run = run;
    partSeconds = run.course().partMillis() / 1e3;
    List<Part> parts = run.course().parts();
    int labelStep = Math.max(1, Math.ceilDiv(parts.size(), TIME_LABELS_MAX));
    DateTimeFormatter form = form(parts.size() * run.course().partMillis());
    for (int i = 0; i < parts.size(); i++) {
      long start = parts.get(i).startMillis();
      places.add(Shown.moment(start));
      labels.add(i % labelStep == 0 ? form.format(Instant.ofEpochMilli(start)) : "");
    }
  }

  private static DateTimeFormatter form(long spanMillis) {
    long hours = spanMillis / 3_600_000;
    String form = hours < 1 ? "HH:mm:ss" : hours < 24 * DAY_PARTS ? "HH:mm" : "MM-dd HH'h'";
    return DateTimeFormatter.ofPattern(form, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** All requests' percentiles of a figure, and each model's where there are several. */
  String latency(Figure figure) {
    StringBuilder charts = new StringBuilder();
    charts.append(
        time(figure.title(), true, Charts::latencyText)
            .with("p50", values(part -> micros(part.figures().get(figure), Stats::p50)))
            .with("p90", values(part -> micros(part.figures().get(figure), Stats::p90)))
            .with("p99", values(part -> micros(part.figures().get(figure), Stats::p99)))
            .figure());
    if (run.models().size() > 1) {
      charts.append(byModel(figure, "median by model", Stats::p50));
      charts.append(byModel(figure, "p99 by model", Stats::p99));
    }
    return charts.toString();
  }

  private String byModel(Figure figure, String what, ToDoubleFunction<Stats> statistic) {
    LineChart chart = time(figure.title() + ", " + what, true, Charts::latencyText);
    List<GroupSummary> models = run.models();
    for (int i = 0; i < Math.min(models.size(), LineChart.SERIES_MAX); i++) {
      int model = i;
      chart.with(
          Names.model(models.get(i).model()),
          values(part -> micros(part.byModel().get(model).get(figure), statistic)));
    }
    return chart.figure();
  }

  /** What came and what was made of it. */
  String traffic() {
    return time("Requests a second", false, Charts::plainText)
            .with("all", values(part -> (Double) (part.inferences() / partSeconds)))
            .with("failed", values(part -> (Double) (part.failures() / partSeconds)))
            .figure()
        + time("Output tokens a second", false, Charts::plainText)
            .with("tokens", values(part -> (Double) (part.outputTokens() / partSeconds)))
            .figure()
        + time("Requests running", false, Charts::plainText)
            .with("running", values(part -> (Double) part.running()))
            .figure()
        + time("Requests queued", false, Charts::plainText)
            .with("queued", values(part -> (Double) part.queued()))
            .figure()
        + time("Joules for an output token", false, Charts::plainText)
            .with("J/token", values(Part::joulesPerOutputToken))
            .figure();
  }

  String targets() {
    LineChart chart = time("Share of requests that kept the target", false, Charts::percentText);
    for (int i = 0; i < run.all().targets().size(); i++) {
      int target = i;
      TargetSummary whole = run.all().targets().get(i);
      chart.with(
          Shown.text(whole.name() + ":" + whole.terms(), "", 60),
          values(part -> part.targets().get(target).attainment()));
    }
    return chart.figure();
  }

  String load() {
    String queue = run.load().queuedMax() > 0 ? steps("queued", run.load().byQueued()) : "";
    return steps("running", run.load().byRunning()) + queue;
  }

  private String steps(String what, List<LoadRow> rows) {
    StringBuilder charts = new StringBuilder();
    for (Figure figure : List.of(Figure.TTFT, Figure.TPOT)) {
      charts.append(
          stepChart(figure.title() + " by requests " + what, rows)
              .with("p50", micros(rows, figure, Stats::p50))
              .with("p90", micros(rows, figure, Stats::p90))
              .with("p99", micros(rows, figure, Stats::p99))
              .figure());
    }
    return charts.toString();
  }

  private static LineChart stepChart(String title, List<LoadRow> rows) {
    List<String> places = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    int labelStep = Math.max(1, Math.ceilDiv(rows.size(), STEP_LABELS_MAX));
    for (int i = 0; i < rows.size(); i++) {
      places.add(Tables.range(rows.get(i)) + " (" + Shown.count(rows.get(i).requests()) + ")");
      labels.add(i % labelStep == 0 ? Tables.mark(rows.get(i)) : "");
    }
    return new LineChart(title, places, labels, true, Charts::latencyText);
  }

  private static List<@Nullable Double> micros(
      List<LoadRow> rows, Figure figure, ToDoubleFunction<Stats> statistic) {
    List<@Nullable Double> values = new ArrayList<>();
    for (LoadRow row : rows) {
      values.add(micros(row.figures().get(figure), statistic));
    }
    return values;
  }

  private LineChart time(String title, boolean mayBeLogarithmic, DoubleFunction<String> shown) {
    return new LineChart(title, places, labels, mayBeLogarithmic, shown);
  }

  private List<@Nullable Double> values(Function<Part, @Nullable Double> of) {
    List<@Nullable Double> values = new ArrayList<>();
    for (Part part : run.course().parts()) {
      values.add(of.apply(part));
    }
    return values;
  }

  private static @Nullable Double micros(@Nullable Stats stats, ToDoubleFunction<Stats> statistic) {
    return stats == null ? null : (Double) statistic.applyAsDouble(stats);
  }

  private static String latencyText(double micros) {
    double millis = micros / 1e3;
    if (millis < 1000) {
      return Shown.abbreviated(millis) + " ms";
    }
    return millis < 1e6
        ? Shown.abbreviated(millis / 1e3) + " s"
        : Shown.decimals((Double) (millis / 1e3), 0) + " s";
  }

  private static String plainText(double value) {
    return Shown.abbreviated(value);
  }

  private static String percentText(double share) {
    return Shown.abbreviated(share * 100) + " %";
  }
}
