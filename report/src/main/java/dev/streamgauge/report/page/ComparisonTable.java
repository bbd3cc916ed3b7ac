package dev.streamgauge.report.page;

import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.compare.Comparison.ShareRow;
import dev.streamgauge.report.compare.Interval;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two runs beside each other. */
final class ComparisonTable {
  private static final int WHAT_CHARACTERS_MAX = 80;

  private ComparisonTable() {}

  /** Of all requests and of so many models. */
  static Grid of(Comparison comparison, int modelsMax) {
    Grid grid =
        new Grid(
            "Against the baseline: the change, and where it lies with 95 % confidence",
            3,
            List.of(
                "figure",
                "model",
                "of it",
                "baseline",
                "now",
                "change",
                "in %",
                "95 % interval",
                "verdict"));
    quantiles(comparison, modelsMax).forEach(row -> add(row, grid));
    comparison.shares().forEach(row -> add(row, grid));
    return grid;
  }

  static List<QuantileRow> quantiles(Comparison comparison, int modelsMax) {
    Set<@Nullable String> models = new HashSet<>();
    List<QuantileRow> rows = new ArrayList<>();
    for (QuantileRow row : comparison.quantiles()) {
      if (!row.all()) {
        models.add(row.model());
      }
      if (models.size() <= modelsMax) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static void add(QuantileRow row, Grid grid) {
    Interval interval = row.difference().interval();
    grid.row(
        row.figure().title(),
        row.all() ? Names.ALL : Names.model(row.model()),
        quantile(row),
        Shown.micros(row.before().value()),
        Shown.micros(row.now().value()),
        Shown.change(row.difference().value()),
        percent(row.difference().value(), row.before().value()),
        interval == null
            ? Shown.ABSENT
            : Shown.change(interval.low()) + " to " + Shown.change(interval.high()),
        row.difference().verdict().label());
  }

  static String quantile(QuantileRow row) {
    return "p" + Math.round(row.quantile() * 100);
  }

  private static void add(ShareRow row, Grid grid) {
    Interval interval = row.difference().interval();
    grid.row(
        Shown.text(row.what(), "", WHAT_CHARACTERS_MAX),
        Names.ALL,
        "share",
        Shown.percent(row.before().value()),
        Shown.percent(row.now().value()),
        points(row.difference().value()),
        "",
        interval == null ? Shown.ABSENT : points(interval.low()) + " to " + points(interval.high()),
        row.difference().verdict().label());
  }

  private static String percent(double change, double before) {
    return before == 0
        ? Shown.ABSENT
        : (change > 0 ? "+" : "") + Shown.decimals((Double) (change / before * 100), 1);
  }

  /** Percentage points. */
  private static String points(double share) {
    return (share > 0 ? "+" : "") + Shown.decimals((Double) (share * 100), 2) + " pp";
  }
}
