package dev.streamgauge.bench.result;

import dev.streamgauge.bench.result.Chart.Line;
import dev.streamgauge.bench.result.Chart.Point;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A chart as SVG within a page, without a script; colours and strokes are the page's. */
final class ChartFigure {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 260;
  private static final double LEFT = 52;
  private static final double RIGHT = 12;
  private static final double TOP = 10;
  private static final double BOTTOM = 40;

  /** What a colour and a pattern of strokes are there for. */
  private static final int LINES_MAX = 8;

  private final Chart chart;
  private final List<Line> lines;
  private final StringBuilder svg = new StringBuilder();

  private ChartFigure(Chart chart) {
    this.chart = chart;
    lines =
        chart.lines().stream().filter(line -> !line.points().isEmpty()).limit(LINES_MAX).toList();
  }

  /** Empty where there is no point. */
  static String of(Chart chart) {
    ChartFigure figure = new ChartFigure(chart);
    return figure.lines.isEmpty() ? "" : figure.markup();
  }

  private String markup() {
    LogAxis across = axis(Point::x);
    LogAxis up = axis(Point::y);
    svg.append("<figure><figcaption>")
        .append(Html.escaped(chart.title()))
        .append("</figcaption>\n");
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n",
            WIDTH,
            HEIGHT,
            Html.escaped(chart.up() + " over " + chart.across() + "; the table has the figures")));
    grid(across, up);
    for (int i = 0; i < lines.size(); i++) {
      line(lines.get(i), i, across, up);
    }
    svg.append("</svg>\n<ul class=\"legend\">");
    for (int i = 0; i < lines.size(); i++) {
      svg.append("<li><svg viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"line s")
          .append(i);
      svg.append("\" d=\"M1 4H27\"/></svg>")
          .append(Html.escaped(lines.get(i).name()))
          .append("</li>");
    }
    return svg.append("</ul></figure>\n").toString();
  }

  private LogAxis axis(ToDoubleFunction<Point> value) {
    double[] values =
        lines.stream()
            .flatMap(line -> line.points().stream())
            .mapToDouble(value)
            .sorted()
            .toArray();
    return LogAxis.over(values[0], values[values.length - 1]);
  }

  private void grid(LogAxis across, LogAxis up) {
    for (double tick : up.ticks()) {
      double y = y(up, tick);
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.0f %.1fH%.0f\"/><text x=\"%.0f\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>\n",
              LEFT,
              y,
              WIDTH - RIGHT,
              LEFT - 6,
              y + 4,
              shown(tick)));
    }
    for (double tick : across.ticks()) {
      double x = x(across, tick);
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.1f %.0fV%.0f\"/><text x=\"%.1f\" y=\"%.0f\""
                  + " text-anchor=\"middle\">%s</text>\n",
              x,
              TOP,
              HEIGHT - BOTTOM,
              Math.min(x, WIDTH - RIGHT - 10),
              HEIGHT - BOTTOM + 15,
              shown(tick)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n",
            (LEFT + WIDTH - RIGHT) / 2,
            HEIGHT - 6,
            Html.escaped(chart.across())));
  }

  private void line(Line line, int number, LogAxis across, LogAxis up) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    for (Point point : line.points()) {
      double x = x(across, point.x());
      double y = y(up, point.y());
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
      dots.append(
          String.format(
              Locale.ROOT,
              "<circle class=\"dot s%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s: %s at"
                  + " %s</title></circle>\n",
              number,
              x,
              y,
              Html.escaped(line.name()),
              Numbers.text(point.y(), 1),
              Numbers.text(point.x(), 0)));
    }
    svg.append("<path class=\"line s").append(number).append("\" d=\"").append(path);
    svg.append("\"/>\n").append(dots);
  }

  private static String shown(double tick) {
    return tick >= 1 ? Numbers.text(tick, 0) : Numbers.shortest(tick);
  }

  private static double x(LogAxis axis, double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * axis.place(value);
  }

  private static double y(LogAxis axis, double value) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - axis.place(value));
  }
}
