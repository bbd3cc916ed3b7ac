package dev.streamgauge.report.page;

import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.compare.Difference.Verdict;
import dev.streamgauge.report.compare.Interval;
import java.util.List;
import java.util.Locale;

/** Changes with their intervals beside a line of no change, in percent of the baseline. */
final class ForestChart {
  private static final double WIDTH = 400;
  private static final double LEFT = 96;
  private static final double RIGHT = 30;
  private static final double ROW = 18;
  private static final double BOTTOM = 26;
  private static final double PERCENT_MIN = 1;

  /** Wider intervals are cut off, or all others would be points. */
  private static final double PERCENT_MAX = 50;

  private final List<QuantileRow> rows;
  private final double reach;
  private final StringBuilder svg = new StringBuilder();

  ForestChart(List<QuantileRow> rows) {
    this.rows = rows.stream().filter(row -> row.before().value() > 0).toList();
    double most = PERCENT_MIN;
    for (QuantileRow row : this.rows) {
      Interval interval = row.difference().interval();
      if (interval != null) {
        most = Math.max(most, Math.abs(percent(row, interval.low())));
        most = Math.max(most, Math.abs(percent(row, interval.high())));
      }
    }
    most = Math.min(most, PERCENT_MAX);
    for (QuantileRow row : this.rows) {
      most = Math.max(most, Math.abs(percent(row, row.difference().value())));
    }
    reach = Axis.over(List.of(most), false).ticks().getLast();
  }

  String figure() {
    if (rows.isEmpty()) {
      return "";
    }
    double height = ROW * rows.size() + BOTTOM;
    svg.append("<figure class=\"wide\"><figcaption><h3>Change of all requests, in percent of the");
    svg.append(
        " baseline, with its 95 % interval, which may go on beyond the edge</h3></figcaption>\n<svg viewBox=\"0 0 400 ");
    svg.append(Math.round(height)).append("\" role=\"img\" aria-label=\"Changes with their");
    svg.append(" intervals; the table below has the same figures\">\n");
    for (double tick : new double[] {-reach, -reach / 2, 0, reach / 2, reach}) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"%s\" d=\"M%.1f 0V%.0f\"/><text x=\"%.1f\" y=\"%.0f\""
                  + " text-anchor=\"middle\">%s</text>\n",
              tick == 0 ? "zero" : "grid",
              x(tick),
              height - BOTTOM,
              x(tick),
              height - 8,
              (tick > 0 ? "+" : "") + Shown.abbreviated(tick) + " %"));
    }
    for (int i = 0; i < rows.size(); i++) {
      row(rows.get(i), ROW * i + ROW / 2);
    }
    return svg.append("</svg>\n</figure>\n").toString();
  }

  private void row(QuantileRow row, double y) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s %s</text>\n",
            LEFT - 8,
            y + 4,
            Html.escaped(row.figure().title()),
            ComparisonTable.quantile(row)));
    String kind = kind(row.difference().verdict());
    Interval interval = row.difference().interval();
    if (interval != null) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"range %s\" d=\"M%.1f %.1fH%.1f\"/>\n",
              kind,
              x(percent(row, interval.low())),
              y,
              x(percent(row, interval.high()))));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<circle class=\"point %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n",
            kind,
            x(percent(row, row.difference().value())),
            y));
  }

  private static String kind(Verdict verdict) {
    return switch (verdict) {
      case HIGHER -> "higher";
      case LOWER -> "lower";
      case NOT_SHOWN, TOO_LITTLE -> "open";
    };
  }

  private static double percent(QuantileRow row, double micros) {
    return micros / row.before().value() * 100;
  }

  private double x(double percent) {
    return place(Math.clamp(percent, -reach, reach));
  }

  private double place(double percent) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (percent + reach) / (2 * reach);
  }
}
