package dev.streamgauge.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of figures, shown as their medians with the middle half.
 *
 * @param key its name in JSON
 * @param names headings of what stands before the figures; the first is the target
 */
public record FigureTable(
    String key, String title, List<String> names, List<Column> columns, List<Row> rows) {
  /** Where rows differ by their target alone. */
  public static FigureTable ofTargets(
      String key, String title, List<Column> columns, List<Row> rows) {
    return new FigureTable(key, title, List.of("target"), columns, rows);
  }

  /** Whether some row says something in words. */
  public boolean hasRemarks() {
    return rows.stream().anyMatch(row -> !row.remark().isEmpty());
  }

  public List<String> headings() {
    List<String> headings = new ArrayList<>(names);
    columns.forEach(column -> headings.add(column.heading()));
    if (hasRemarks()) {
      headings.add("");
    }
    return headings;
  }

  /** All cells of a row as text, in the order of the headings. */
  public List<String> cells(Row row) {
    List<String> cells = new ArrayList<>(row.names());
    for (int i = 0; i < columns.size(); i++) {
      cells.add(Numbers.middle(row.figures().get(i), columns.get(i).decimals()));
    }
    if (hasRemarks()) {
      cells.add(row.remark());
    }
    return cells;
  }

  /**
   * Each row's figure divided by that of each of the peers, round by round, so that what else the
   * machine did meets both; a table with a column for each peer.
   *
   * @param peers targets by which it is divided; those without a row are left out
   */
  public FigureTable ratios(String key, int column, List<String> peers) {
    List<Row> bases =
        rows.stream()
            .filter(row -> peers.contains(row.target()) && row.figures().get(column).length > 0)
            .toList();
    List<Row> divided = new ArrayList<>();
    for (Row row : rows) {
      double[] own = row.figures().get(column);
      if (own.length > 0) {
        List<double[]> ratios =
            bases.stream().map(base -> divided(own, base.figures().get(column))).toList();
        divided.add(new Row(row.names(), ratios, ""));
      }
    }
    List<Column> columns =
        bases.stream()
            .map(base -> new Column("to_" + base.target(), "÷ " + base.target(), 2))
            .toList();
    return new FigureTable(
        key, columns().get(column).heading() + ", ratios", names, columns, divided);
  }

  private static double[] divided(double[] own, double[] base) {
    return IntStream.range(0, Math.min(own.length, base.length))
        .mapToDouble(round -> own[round] / base[round])
        .toArray();
  }
}
