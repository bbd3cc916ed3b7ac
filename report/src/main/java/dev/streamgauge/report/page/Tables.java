package dev.streamgauge.report.page;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.report.run.Energy;
import dev.streamgauge.report.run.GroupSummary;
import dev.streamgauge.report.run.LoadRow;
import dev.streamgauge.report.run.RunSummary;
import dev.streamgauge.report.run.TargetSummary;
import dev.streamgauge.timeline.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The tables of one run, for terminal and page alike. */
final class Tables {
  private static final int ID_CHARACTERS_MAX = 40;
  private static final int TARGET_CHARACTERS_MAX = 80;

  private final RunSummary run;
  private final int modelsMax;

  /**
   * Of a run.
   *
   * @param modelsMax how many models have rows of their own, the busiest
   */
  Tables(RunSummary run, int modelsMax) {
    this.run = run;
    this.modelsMax = modelsMax;
  }

  private record Named(String name, GroupSummary group) {}

  /** All, and each model where there are several. */
  private List<Named> groups() {
    List<Named> groups = new ArrayList<>(List.of(new Named(Names.ALL, run.all())));
    if (run.models().size() > 1) {
      for (GroupSummary model : run.models().subList(0, Math.min(modelsMax, run.models().size()))) {
        groups.add(new Named(Names.model(model.model()), model));
      }
    }
    return groups;
  }

  Grid latency(List<Figure> figures) {
    Grid grid =
        new Grid(
            "Percentiles",
            2,
            List.of("figure", "model", "requests", "mean", "p50", "p90", "p95", "p99", "max"));
    for (Figure figure : figures) {
      for (Named named : groups()) {
        Stats stats = named.group().figures().get(figure);
        if (stats != null) {
          grid.row(
              figure.title(),
              named.name(),
              Shown.count(stats.count()),
              Shown.micros(stats.mean()),
              Shown.micros(stats.p50()),
              Shown.micros(stats.p90()),
              Shown.micros(stats.p95()),
              Shown.micros(stats.p99()),
              Shown.micros(stats.max()));
        }
      }
    }
    return grid;
  }

  /**
   * The course of the run.
   *
   * @param rowsMax of more parts only each so many-th is shown
   */
  Grid overTime(int rowsMax) {
    List<RunSummary.Part> parts = run.course().parts();
    int step = Math.max(1, Math.ceilDiv(parts.size(), rowsMax));
    double seconds = run.course().partMillis() / 1e3;
    String title = "Over time, parts of " + Shown.span(seconds);
    Grid grid =
        new Grid(
            step == 1 ? title : title + ", one of " + step + " (all with --html, --csv or --json)",
            1,
            List.of(
                "from (UTC)",
                "req/s",
                "failed",
                "tokens/s",
                "running",
                "queued",
                "TTFT p50",
                "p99",
                "TPOT p50",
                "p99",
                "ITL p50",
                "duration p50",
                "p99"));
    for (int i = 0; parts.size() > 1 && i < parts.size(); i += step) {
      grid.row(part(parts.get(i), seconds));
    }
    return grid;
  }

  private static List<String> part(RunSummary.Part part, double seconds) {
    return List.of(
        Shown.moment(part.startMillis()),
        Shown.digits(part.inferences() / seconds),
        Shown.count(part.failures()),
        Shown.digits(part.outputTokens() / seconds),
        Shown.digits(part.running()),
        Shown.digits(part.queued()),
        of(part.figures().get(Figure.TTFT), Stats::p50),
        of(part.figures().get(Figure.TTFT), Stats::p99),
        of(part.figures().get(Figure.TPOT), Stats::p50),
        of(part.figures().get(Figure.TPOT), Stats::p99),
        of(part.figures().get(Figure.ITL), Stats::p50),
        of(part.figures().get(Figure.DURATION), Stats::p50),
        of(part.figures().get(Figure.DURATION), Stats::p99));
  }

  /** The course of the busiest models; empty where there is one only. */
  Grid overTimeByModel(int models) {
    Grid grid =
        new Grid(
            "Over time by model",
            2,
            List.of(
                "from (UTC)",
                "model",
                "TTFT p50",
                "p99",
                "TPOT p50",
                "p99",
                "ITL p50",
                "p99",
                "duration p50",
                "p99"));
    int shown = run.models().size() > 1 ? Math.min(models, run.models().size()) : 0;
    for (RunSummary.Part part : run.course().parts()) {
      for (int model = 0; model < shown; model++) {
        if (!part.byModel().get(model).isEmpty()) {
          List<String> cells = new ArrayList<>(List.of(Shown.moment(part.startMillis())));
          cells.add(Names.model(run.models().get(model).model()));
          for (Figure figure : List.of(Figure.TTFT, Figure.TPOT, Figure.ITL, Figure.DURATION)) {
            cells.add(of(part.byModel().get(model).get(figure), Stats::p50));
            cells.add(of(part.byModel().get(model).get(figure), Stats::p99));
          }
          grid.row(cells);
        }
      }
    }
    return grid;
  }

  static String of(@Nullable Stats stats, ToDoubleFunction<Stats> value) {
    return Shown.micros(stats == null ? null : (Double) value.applyAsDouble(stats));
  }

  Grid outcomes() {
    List<Outcome> seen =
        Arrays.stream(Outcome.values()).filter(o -> run.all().outcome(o) > 0).toList();
    List<String> columns = new ArrayList<>(List.of("model", "requests"));
    seen.forEach(outcome -> columns.add(outcome.label()));
    Grid grid = new Grid("Outcomes by model", 1, columns);
    for (Named named : groups()) {
      List<String> cells = new ArrayList<>(List.of(named.name()));
      cells.add(Shown.count(named.group().requests()));
      seen.forEach(outcome -> cells.add(Shown.count(named.group().outcome(outcome))));
      grid.row(cells);
    }
    return grid;
  }

  Grid targets() {
    Double seconds = run.course().seconds();
    Grid grid =
        new Grid(
            "Goodput by target",
            2,
            List.of(
                "target",
                "model",
                "judged",
                "met",
                "met/s",
                "share",
                "by ttft",
                "by tpot",
                "by duration",
                "by error"));
    for (int i = 0; i < run.all().targets().size(); i++) {
      for (Named named : groups()) {
        TargetSummary target = named.group().targets().get(i);
        if (target.judged() > 0 || named.name().equals(Names.ALL)) {
          grid.row(target(target, named.name(), seconds));
        }
      }
    }
    return grid;
  }

  private static List<String> target(TargetSummary target, String model, @Nullable Double seconds) {
    return List.of(
        Shown.text(target.name() + ":" + target.terms(), "", TARGET_CHARACTERS_MAX),
        model,
        Shown.count(target.judged()),
        Shown.count(target.met()),
        seconds == null ? Shown.ABSENT : Shown.digits(target.met() / seconds),
        Shown.percent(target.attainment()),
        Shown.count(target.byTtft()),
        Shown.count(target.byTpot()),
        Shown.count(target.byDuration()),
        Shown.count(target.byError()));
  }

  Grid byRunning() {
    return load("Latency by requests running at the arrival", run.load().byRunning());
  }

  Grid byQueued() {
    return load(
        "Latency by requests queued at the arrival",
        run.load().queuedMax() > 0 ? run.load().byQueued() : List.of());
  }

  private Grid load(String title, List<LoadRow> rows) {
    Grid grid =
        new Grid(
            title
                + " (mean over "
                + Shown.span(run.load().cellSeconds())
                + "; "
                + Shown.count(run.load().sampled(), "request")
                + ")",
            1,
            List.of(
                "at once", "requests", "TTFT p50", "p99", "TPOT p50", "p99", "queue p50", "p99"));
    for (LoadRow row : rows) {
      List<String> cells = new ArrayList<>(List.of(range(row), Shown.count(row.requests())));
      for (Figure figure : List.of(Figure.TTFT, Figure.TPOT, Figure.QUEUE)) {
        cells.add(of(row.figures().get(figure), Stats::p50));
        cells.add(of(row.figures().get(figure), Stats::p99));
      }
      grid.row(cells);
    }
    return grid;
  }

  static String range(LoadRow row) {
    return row.to() == 0
        ? "0"
        : Shown.abbreviated(row.from()) + " to <" + Shown.abbreviated(row.to());
  }

  /** Where the row begins, for an axis; two rows begin at 0. */
  static String mark(LoadRow row) {
    return row.from() == 0 && row.to() > 0
        ? "<" + Shown.abbreviated(row.to())
        : Shown.abbreviated(row.from());
  }

  Grid energy() {
    Grid grid =
        new Grid(
            "Energy of the GPUs, an estimate",
            1,
            List.of("model", "requests", "kJ", "output tokens", "J/output token"));
    for (Named named : groups()) {
      Energy energy = named.group().energy();
      if (energy != null) {
        grid.row(
            named.name(),
            Shown.count(energy.requests()),
            Shown.digits(energy.joules() / 1e3),
            Shown.count(energy.outputTokens()),
            Shown.decimals(energy.joulesPerOutputToken(), 3));
      }
    }
    return grid;
  }

  static Grid slowest(String title, List<LoggedRequest> requests, int rowsMax) {
    Grid grid =
        new Grid(
            title,
            3,
            List.of(
                "request",
                "model",
                "outcome",
                "came (UTC)",
                "TTFT",
                "duration",
                "queue",
                "connect",
                "prefill",
                "generation",
                "rest",
                "because"));
    for (LoggedRequest request : requests.subList(0, Math.min(rowsMax, requests.size()))) {
      Split split = Split.of(request);
      grid.row(
          Shown.text(request.requestId(), Shown.ABSENT, ID_CHARACTERS_MAX),
          Names.model(request.model()),
          request.outcome().label(),
          Shown.moment(request.atMillis()),
          Shown.micros(request.times().firstToken()),
          Shown.micros((Long) request.times().duration()),
          Shown.micros((Long) split.queue()),
          Shown.micros((Long) split.connect()),
          Shown.micros((Long) split.prefill()),
          Shown.micros((Long) split.generation()),
          Shown.micros((Long) split.rest()),
          Shown.text(request.slowBecause(), Shown.ABSENT, ID_CHARACTERS_MAX));
    }
    return grid;
  }
}
