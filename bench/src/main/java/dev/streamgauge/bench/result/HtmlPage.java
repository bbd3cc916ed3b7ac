package dev.streamgauge.bench.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All sections as one HTML file: no script, nothing from elsewhere, which its own policy forbids,
 * too.
 *
 * @param machine what the figures were measured on and with, by name
 * @param programs how each target was started, by its name
 */
public record HtmlPage(
    List<Section> sections, Map<String, String> machine, Map<String, String> programs) {
  private static final String OWN = "streamgauge";

  public String text() {
    Html html = new Html();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\"");
    html.raw(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.element("title", "streamgauge measurements");
    html.raw("<style>\n").raw(style()).raw("</style>\n</head>\n<body>\n<header>\n");
    html.element("h1", "streamgauge measurements");
    html.element(
        "p",
        "Medians of the rounds with their middle half in brackets. Targets take turns, round after"
            + " round, and ratios are taken within each round: absolute figures change with the"
            + " machine and the hour, only the ratios of one run mean something. A dash is what was"
            + " not measured or makes no sense.");
    html.raw("</header>\n");
    navigation(html);
    html.raw("<main>\n");
    summary(html);
    sections.forEach(section -> section(html, section));
    facts(html, "machine", "Machine and versions", machine);
    facts(html, "programs", "How the targets were started", programs);
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }

  private void navigation(Html html) {
    html.raw("<nav aria-label=\"Sections\"><ul>\n");
    for (Section section : sections) {
      html.raw("<li><a href=\"#" + Html.escaped(section.key()) + "\">");
      html.raw(Html.escaped(section.title())).raw("</a></li>\n");
    }
    html.raw("<li><a href=\"#machine\">Machine and versions</a></li>\n</ul></nav>\n");
  }

  /** streamgauge's processor time against each peer's, a line for each load. */
  private void summary(Html html) {
    Set<String> peers = new LinkedHashSet<>();
    ratios().forEach(table -> table.columns().forEach(column -> peers.add(column.heading())));
    peers.remove("÷ " + OWN);
    List<Row> rows = new ArrayList<>();
    for (Section section : sections) {
      for (FigureTable table : section.tables()) {
        if (table.key().startsWith(Section.CPU_RATIOS)) {
          table.rows().stream()
              .filter(row -> row.target().equals(OWN))
              .findFirst()
              .ifPresent(row -> rows.add(summary(section, table, row, peers)));
        }
      }
    }
    if (!rows.isEmpty() && !peers.isEmpty()) {
      List<Column> columns = peers.stream().map(peer -> new Column(peer, peer, 2)).toList();
      html.raw("<section>\n").element("h2", "In short");
      html.table(
          new FigureTable(
              "summary", "Processor time of streamgauge", List.of("load"), columns, rows));
      html.element("p", "Below 1 streamgauge takes less than the peer.");
      html.raw("</section>\n");
    }
  }

  private List<FigureTable> ratios() {
    return sections.stream()
        .flatMap(section -> section.tables().stream())
        .filter(table -> table.key().startsWith(Section.CPU_RATIOS))
        .toList();
  }

  private static Row summary(Section section, FigureTable table, Row row, Set<String> peers) {
    List<double[]> figures = new ArrayList<>();
    List<String> headings = table.columns().stream().map(Column::heading).toList();
    for (String peer : peers) {
      int column = headings.indexOf(peer);
      figures.add(column < 0 ? Row.none() : row.figures().get(column));
    }
    String load = section.title() + ": " + table.title().replace(", ratios", "");
    return Row.of(load, figures);
  }

  private static void section(Html html, Section section) {
    html.raw("<section id=\"" + Html.escaped(section.key()) + "\">\n");
    html.element("h2", section.title()).element("p", section.load());
    List<String> charts = section.charts().stream().map(ChartFigure::of).toList();
    if (charts.stream().anyMatch(chart -> !chart.isEmpty())) {
      html.raw("<div class=\"charts\">\n").raw(String.join("", charts)).raw("</div>\n");
    }
    section.tables().forEach(html::table);
    section.notes().forEach(note -> html.raw("<p class=\"note\">" + Html.escaped(note) + "</p>\n"));
    html.raw("</section>\n");
  }

  private static void facts(Html html, String id, String title, Map<String, String> facts) {
    html.raw("<section id=\"" + id + "\">\n").element("h2", title).raw("<dl>\n");
    facts.forEach(
        (name, value) ->
            html.raw("<dt>" + Html.escaped(name) + "</dt><dd>" + Html.escaped(value) + "</dd>\n"));
    html.raw("</dl>\n</section>\n");
  }

  private static String style() {
    try (InputStream css = HtmlPage.class.getResourceAsStream("/page/bench.css")) {
      if (css == null) {
        throw new IllegalStateException("bench.css is missing in the program");
      }
      return new String(css.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
