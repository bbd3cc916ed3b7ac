package dev.streamgauge.report.page;

import dev.streamgauge.report.Report;
import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketch;
import dev.streamgauge.report.measure.Sketches;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.report.run.Energy;
import dev.streamgauge.report.run.RunSummary;
import dev.streamgauge.report.run.TargetSummary;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The report as one HTML file: no script, nothing from elsewhere, which its own policy forbids,
 * too. Each chart has a table with the same figures.
 */
public final class HtmlPage {
  private static final int MODELS_MAX = 20;
  private static final int COMPARED_MODELS_MAX = 10;
  private static final int FILES_SHOWN_MAX = 5;
  private static final List<Figure> FIGURES = List.of(Figure.values());

  private final Report report;
  private final RunSummary run;
  private final Tables tables;
  private final Charts charts;
  private final Html html = new Html();

  private HtmlPage(Report report) {
    this.report = report;
    run = report.run();
    tables = new Tables(run, MODELS_MAX);
    charts = new Charts(run);
  }

  public static String of(Report report) {
    return new HtmlPage(report).page();
  }

  private String page() {
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\"");
    html.raw(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.element("title", "streamgauge report: " + files());
    html.raw("<style>\n").raw(style()).raw("</style>\n</head>\n<body>\n");
    html.raw("<a class=\"skip\" href=\"#content\">Skip to the figures</a>\n");
    header();
    html.raw("<main id=\"content\">\n");
    summary();
    comparison();
    latency();
    overTime();
    outcomes();
    goodput();
    load();
    energy();
    slowest();
    method();
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }

  private String files() {
    List<String> files = report.files();
    List<String> shown = files.subList(0, Math.min(FILES_SHOWN_MAX, files.size()));
    String more =
        files.size() > shown.size() ? " and " + (files.size() - shown.size()) + " more" : "";
    return Shown.text(String.join(", ", shown) + more, "", 300);
  }

  private void header() {
    html.raw("<header>\n").element("h1", "streamgauge report");
    html.element("p", files());
    html.element("p", Notes.lines(run));
    if (report.baseline() != null) {
      html.element("p", "Baseline: " + Notes.lines(report.baseline()));
    }
    notes("Not in all figures", run);
    if (report.baseline() != null) {
      notes("Of the baseline not in all figures", report.baseline());
    }
    html.raw("</header>\n<nav aria-label=\"Sections\"><ul>\n");
    link("summary", "Summary", true);
    link("comparison", "Comparison", report.comparison() != null);
    link("latency", "Latency", true);
    link("time", "Over time", hasCourse());
    link("outcomes", "Outcomes", true);
    link("goodput", "Goodput", hasTargets());
    link("load", "Load", hasCourse());
    link("energy", "Energy", run.all().energy() != null);
    link("slowest", "Slowest", true);
    link("method", "How figures are made", true);
    html.raw("</ul></nav>\n");
  }

  private void notes(String title, RunSummary of) {
    List<String> notes = Notes.leftOut(of.lines());
    if (!notes.isEmpty()) {
      html.raw("<div class=\"note\">").element("p", title + ":").raw("<ul>\n");
      notes.forEach(note -> html.element("li", note));
      html.raw("</ul></div>\n");
    }
  }

  private boolean hasCourse() {
    return run.course().parts().size() > 1;
  }

  private boolean hasTargets() {
    return !run.all().targets().isEmpty();
  }

  private void link(String id, String text, boolean there) {
    if (there) {
      html.raw("<li><a href=\"#" + id + "\">").text(text).raw("</a></li>\n");
    }
  }

  private void section(String id, String title) {
    html.raw("<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\">\n");
    html.raw("<h2 id=\"" + id + "-title\">").text(title).raw("</h2>\n");
  }

  private void endSection() {
    html.raw("</section>\n");
  }

  private void summary() {
    section("summary", "Summary");
    html.raw("<dl class=\"cards\">\n");
    card("Requests", Shown.count(run.all().requests()));
    card("Ended well", Shown.percent(share(run.all().outcome(Outcome.OK), run.all().requests())));
    card("Failed", Shown.percent(share(run.all().failures(), run.all().inferences())));
    for (Figure figure : List.of(Figure.TTFT, Figure.TPOT, Figure.DURATION)) {
      Stats stats = run.all().figures().get(figure);
      card(figure.title() + " p50", Tables.of(stats, Stats::p50));
      card(figure.title() + " p99", Tables.of(stats, Stats::p99));
    }
    Double seconds = run.course().seconds();
    card(
        "Output tokens/s",
        seconds == null ? Shown.ABSENT : Shown.abbreviated(run.all().outputTokens() / seconds));
    for (TargetSummary target : run.all().targets()) {
      card(
          "Kept " + Shown.text(target.name() + ": " + target.terms().replace(",", ", "), "", 60),
          Shown.percent(target.attainment()));
    }
    Energy energy = run.all().energy();
    if (energy != null) {
      card("J/output token", Shown.decimals(energy.joulesPerOutputToken(), 3));
    }
    html.raw("</dl>\n");
    endSection();
  }

  private static @Nullable Double share(long part, long whole) {
    return whole == 0 ? null : (Double) ((double) part / whole);
  }

  private void card(String name, String value) {
    html.raw("<div><dt>").text(name).raw("</dt><dd>").text(value).raw("</dd></div>\n");
  }

  private void comparison() {
    if (report.comparison() == null) {
      return;
    }
    section("comparison", "Against the baseline");
    String compared = Notes.compared(report.comparison());
    if (compared != null) {
      html.raw("<div class=\"note\">").element("p", compared).raw("</div>\n");
    }
    List<QuantileRow> all =
        report.comparison().quantiles().stream().filter(QuantileRow::all).toList();
    html.raw("<div class=\"charts\">\n").raw(new ForestChart(all).figure()).raw("</div>\n");
    html.table(ComparisonTable.of(report.comparison(), COMPARED_MODELS_MAX));
    endSection();
  }

  private void latency() {
    section("latency", "Latency by model");
    html.table(tables.latency(FIGURES));
    endSection();
  }

  private void overTime() {
    if (!hasCourse()) {
      return;
    }
    section("time", "Over time");
    html.element(
        "p",
        "By the time at which a request came, in UTC, in parts of "
            + Shown.span(run.course().partMillis() / 1e3)
            + ".");
    html.raw("<div class=\"charts\">\n").raw(charts.traffic());
    for (Figure figure : FIGURES) {
      html.raw(figure.overTime() ? charts.latency(figure) : "");
    }
    html.raw("</div>\n");
    folded("The same as a table", tables.overTime(Integer.MAX_VALUE));
    folded("The same by model", tables.overTimeByModel(LineChart.SERIES_MAX));
    endSection();
  }

  private void folded(String title, Grid grid) {
    if (!grid.rows().isEmpty()) {
      html.raw("<details><summary>").text(title).raw("</summary>\n").table(grid);
      html.raw("</details>\n");
    }
  }

  private void outcomes() {
    section("outcomes", "Outcomes");
    html.table(tables.outcomes());
    endSection();
  }

  private void goodput() {
    if (hasTargets()) {
      section("goodput", "Goodput");
      html.raw("<div class=\"charts\">\n").raw(charts.targets()).raw("</div>\n");
      html.table(tables.targets());
      endSection();
    }
  }

  private void load() {
    if (hasCourse()) {
      section("load", "Load against latency");
      html.raw("<div class=\"charts\">\n").raw(charts.load()).raw("</div>\n");
      html.table(tables.byRunning()).table(tables.byQueued());
      endSection();
    }
  }

  private void energy() {
    if (run.all().energy() != null) {
      section("energy", "Energy");
      html.table(tables.energy());
      endSection();
    }
  }

  private void slowest() {
    section("slowest", "Slowest requests");
    html.raw(SplitBar.legend());
    slowest("Slowest to the first token", run.slowestToFirstToken());
    slowest("Slowest to the end", run.slowestToEnd());
    endSection();
  }

  private void slowest(String title, List<LoggedRequest> requests) {
    long longest = requests.stream().map(Split::of).mapToLong(Split::whole).max().orElse(0);
    html.table(
        Tables.slowest(title, requests, requests.size()),
        "where it went",
        row -> SplitBar.of(Split.of(requests.get(row)), longest));
  }

  private void method() {
    section("method", "How figures are made");
    html.raw("<dl class=\"method\">\n");
    for (Figure figure : FIGURES) {
      html.raw("<dt>").text(figure.title()).raw("</dt><dd>").text(figure.meaning()).raw("</dd>\n");
    }
    html.raw("</dl>\n");
    html.element(
        "p",
        "Percentiles are those of the rank, at most "
            + Shown.percent((Double) Sketch.relativeErrorMax(Sketches.BITS_WHOLE))
            + " off over the whole run and "
            + Shown.percent((Double) Sketch.relativeErrorMax(Sketches.BITS_PART))
            + " in a part of the time. Requests of the operation other, as health checks, are among"
            + " requests and outcomes only. How many were there at once is made of each request's"
            + " arrival, queue and end. A dash is what is not known.");
    endSection();
  }

  private static String style() {
    try (InputStream css = HtmlPage.class.getResourceAsStream("report.css")) {
      if (css == null) {
        throw new IllegalStateException("report.css is missing in the program");
      }
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
