package dev.streamgauge.report.page;

import java.util.ArrayList;
import java.util.List;

/** A table as people read it: its first columns are names, all others figures. */
final class Grid {
  private final String title;
  private final int names;
  private final List<String> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * An empty one.
   *
   * @param names how many columns from the left are text
   */
  Grid(String title, int names, List<String> columns) {
    this.title = title;
    this.names = names;
    this.columns = List.copyOf(columns);
  }

  void row(String... cells) {
    row(List.of(cells));
  }

  void row(List<String> cells) {
    rows.add(List.copyOf(cells));
  }

  String title() {
    return title;
  }

  int names() {
    return names;
  }

  List<String> columns() {
    return columns;
  }

  List<List<String>> rows() {
    return rows;
  }

  /** For a terminal; nothing where there is no row. */
  void print(StringBuilder to) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = new int[columns.size()];
    widen(columns, widths);
    rows.forEach(row -> widen(row, widths));
    to.append(title).append('\n');
    print(columns, widths, to);
    rows.forEach(row -> print(row, widths, to));
    to.append('\n');
  }

  private static void widen(List<String> row, int[] widths) {
    for (int i = 0; i < row.size(); i++) {
      widths[i] = Math.max(widths[i], row.get(i).length());
    }
  }

  private void print(List<String> row, int[] widths, StringBuilder to) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      line.append("  ");
      line.append(i < names ? row.get(i) + padding : padding + row.get(i));
    }
    to.append(line.toString().stripTrailing()).append('\n');
  }
}
