package dev.streamgauge.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Lines over a few places, as SVG without a script. What is not known leaves a gap. */
final class LineChart {
  private static final double WIDTH = 400;
  private static final double HEIGHT = 210;
  private static final double LEFT = 54;
  private static final double RIGHT = 8;
  private static final double TOP = 8;
  private static final double BOTTOM = 24;

  /** What a colour and a pattern of strokes are there for. */
  static final int SERIES_MAX = 6;

  private final String title;
  private final List<String> places;
  private final List<String> labels;
  private final List<Series> series = new ArrayList<>();
  private final DoubleFunction<String> shown;
  private final boolean mayBeLogarithmic;
  private final StringBuilder svg = new StringBuilder();

  /**
   * One line.
   *
   * @param values one for each place; null where it is not known
   */
  record Series(String name, List<@Nullable Double> values) {}

  /**
   * Without a line as yet.
   *
   * @param places what each place is, in words
   * @param labels what stands below it; empty where nothing does
   * @param shown how a figure is written
   */
  LineChart(
      String title,
      List<String> places,
      List<String> labels,
      boolean mayBeLogarithmic,
      DoubleFunction<String> shown) {
    this.title = title;
    this.places = places;
    this.labels = labels;
    this.mayBeLogarithmic = mayBeLogarithmic;
    this.shown = shown;
  }

  /** One that has no value anywhere, or one too many, is left out. */
  LineChart with(String name, List<@Nullable Double> values) {
    if (series.size() < SERIES_MAX && values.stream().anyMatch(value -> value != null)) {
      series.add(new Series(name, values));
    }
    return this;
  }

  /** A figure with its legend; empty where there is no line. */
  String figure() {
    if (series.isEmpty() || places.size() < 2) {
      return "";
    }
    Axis axis = Axis.over(values(), mayBeLogarithmic);
    svg.append("<figure><figcaption><h3>").append(Html.escaped(title)).append("</h3>");
    svg.append("</figcaption>\n<svg viewBox=\"0 0 400 210\" role=\"img\" aria-label=\"");
    svg.append(Html.escaped(summary())).append("\">\n");
    grid(axis);
    for (int i = 0; i < series.size(); i++) {
      line(series.get(i).values(), i, axis);
    }
    tips();
    svg.append("</svg>\n");
    legend();
    return svg.append("</figure>\n").toString();
  }

  private List<Double> values() {
    List<Double> values = new ArrayList<>();
    for (Series each : series) {
      each.values().stream().filter(value -> value != null).forEach(values::add);
    }
    return values;
  }

  /** For who can't see it: each line's span; the table has all. */
  private String summary() {
    StringBuilder summary = new StringBuilder(title).append(", chart.");
    for (Series each : series) {
      double min =
          each.values().stream().filter(v -> v != null).mapToDouble(v -> v).min().orElse(0);
      double max =
          each.values().stream().filter(v -> v != null).mapToDouble(v -> v).max().orElse(0);
      summary.append(' ').append(each.name()).append(": ").append(shown.apply(min));
      summary.append(" to ").append(shown.apply(max)).append('.');
    }
    return summary.toString();
  }

  private void grid(Axis axis) {
    for (double tick : axis.ticks()) {
      double y = y(tick, axis);
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
              Html.escaped(shown.apply(tick))));
    }
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.get(i).isEmpty()) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n",
                Math.clamp(x(i), LEFT, WIDTH - RIGHT - 12),
                HEIGHT - 6,
                Html.escaped(labels.get(i))));
      }
    }
  }

  private void line(List<@Nullable Double> values, int number, Axis axis) {
    StringBuilder path = new StringBuilder();
    boolean open = false;
    for (int i = 0; i < values.size(); i++) {
      Double value = values.get(i);
      if (value == null) {
        open = false;
        continue;
      }
      // a place alone would have no line: one of length 0 with round ends is a point
      path.append(
          String.format(Locale.ROOT, "%s%.1f %.1f", open ? "L" : "M", x(i), y(value, axis)));
      path.append(open ? "" : "h0");
      open = true;
    }
    svg.append("<path class=\"line s").append(number).append("\" d=\"").append(path);
    svg.append("\"/>\n");
  }

  /** What stands at a place, for who points at it. */
  private void tips() {
    double width = (WIDTH - LEFT - RIGHT) / (places.size() - 1);
    for (int i = 0; i < places.size(); i++) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"tip\" x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" height=\"%.0f\"><title>%s",
              x(i) - width / 2,
              TOP,
              width,
              HEIGHT - TOP - BOTTOM,
              Html.escaped(places.get(i))));
      for (Series each : series) {
        Double value = each.values().get(i);
        svg.append('\n').append(Html.escaped(each.name())).append(": ");
        svg.append(value == null ? Shown.ABSENT : Html.escaped(shown.apply(value)));
      }
      svg.append("</title></rect>\n");
    }
  }

  private void legend() {
    svg.append("<ul class=\"legend\">");
    for (int i = 0; i < series.size(); i++) {
      svg.append("<li><svg viewBox=\"0 0 28 8\" aria-hidden=\"true\"><path class=\"line s");
      svg.append(i).append("\" d=\"M1 4H27\"/></svg>");
      svg.append(Html.escaped(series.get(i).name())).append("</li>");
    }
    svg.append("</ul>\n");
  }

  private double x(int place) {
    return LEFT + (WIDTH - LEFT - RIGHT) * place / (places.size() - 1);
  }

  private static double y(double value, Axis axis) {
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - axis.place(value));
  }
}
