package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.result.Chart;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Numbers;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.target.TargetKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Tables by protocol, and charts of where the figures bend. */
record ScaleTables(Map<Load, List<ScaleRow>> byLoad) {
  private static final String EVENTS_AXIS = "events/s";

  List<FigureTable> tables() {
    List<FigureTable> tables = new ArrayList<>();
    byLoad.forEach((load, rows) -> tables.add(table(load, rows)));
    return tables;
  }

  private static FigureTable table(Load load, List<ScaleRow> rows) {
    return new FigureTable(
        load.label(),
        "Over " + load.label(),
        List.of("target", "streams", "events/s asked"),
        List.of(
            new Column("events_per_second", "events/s", 0),
            new Column("cpu_us", "CPU µs/event", 1),
            new Column("cpu_percent", "of a core, %", 1),
            new Column("delay_p50_us", "delay p50 µs", 0),
            new Column("delay_p99_us", "p99 µs", 0),
            new Column("delay_p999_us", "p99.9 µs", 0),
            new Column("rss_mib", "RSS MiB", 1),
            new Column("load_percent", "load's core, %", 0),
            new Column("errors", "errors", 0)),
        rows.stream().map(ScaleTables::row).toList());
  }

  private static Row row(ScaleRow row) {
    return new Row(
        List.of(
            row.side().label(),
            Numbers.text(row.point().streams(), 0),
            Numbers.text(row.point().events(), 0)),
        List.of(
            row.byRound(ScaleRow.Window::eventsPerSecond),
            row.ofProcess(ScaleRow.Window::cpuMicrosPerEvent),
            row.ofProcess(ScaleRow.Window::cpuPercent),
            row.delayMicros(0.5),
            row.delayMicros(0.99),
            row.delayMicros(0.999),
            row.ofProcess(ScaleRow.Window::rssMib),
            row.byRound(ScaleRow.Window::loadPercent),
            Row.once((double) row.errors())),
        row.remark());
  }

  /** streamgauge by its streams, then all targets at the number of streams with most points. */
  List<Chart> charts() {
    List<Chart> charts = new ArrayList<>();
    byLoad.forEach(
        (load, rows) -> {
          String over = " over " + load.label();
          charts.add(
              ownByStreams(
                  "streamgauge: CPU µs/event" + over,
                  "CPU µs/event",
                  rows,
                  row -> row.median(ScaleRow.Window::cpuMicrosPerEvent)));
          charts.add(
              ownByStreams(
                  "streamgauge: p99 of the delay, µs" + over,
                  "delay p99 µs",
                  rows,
                  row -> Numbers.median(row.delayMicros(0.99))));
          int streams = streamsOfMostPoints(rows);
          charts.add(
              byTarget(
                  "CPU µs/event at %,d streams".formatted(streams) + over,
                  EVENTS_AXIS,
                  "CPU µs/event",
                  rows.stream().filter(row -> row.point().streams() == streams).toList(),
                  row -> row.point().events(),
                  row -> row.median(ScaleRow.Window::cpuMicrosPerEvent)));
          charts.add(
              byTarget(
                  "RSS MiB, each number of streams at its slowest" + over,
                  "streams",
                  "RSS MiB",
                  slowest(rows),
                  row -> row.point().streams(),
                  row -> row.median(ScaleRow.Window::rssMib)));
        });
    return charts;
  }

  private static Chart ownByStreams(
      String title, String up, List<ScaleRow> rows, ToDoubleFunction<ScaleRow> figure) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int streams : streams(rows)) {
      String name = streams == 1 ? "1 stream" : "%,d streams".formatted(streams);
      Predicate<ScaleRow> own =
          row ->
              row.side().label().equals(TargetKind.STREAMGAUGE.label())
                  && row.point().streams() == streams;
      lines.add(
          line(name, rows.stream().filter(own).toList(), row -> row.point().events(), figure));
    }
    return new Chart(title, EVENTS_AXIS, up, lines);
  }

  private static Chart byTarget(
      String title,
      String across,
      String up,
      List<ScaleRow> rows,
      ToDoubleFunction<ScaleRow> x,
      ToDoubleFunction<ScaleRow> y) {
    List<Chart.Line> lines =
        rows.stream()
            .map(row -> row.side().label())
            .distinct()
            .map(
                label ->
                    line(
                        label,
                        rows.stream().filter(row -> row.side().label().equals(label)).toList(),
                        x,
                        y))
            .toList();
    return new Chart(title, across, up, lines);
  }

  /** Where a rate was not kept there is no point: its figures are of another load. */
  private static Chart.Line line(
      String name,
      List<ScaleRow> rows,
      ToDoubleFunction<ScaleRow> x,
      ToDoubleFunction<ScaleRow> y) {
    List<Chart.Point> points =
        rows.stream()
            .filter(ScaleRow::keptUp)
            .map(row -> new Chart.Point(x.applyAsDouble(row), y.applyAsDouble(row)))
            .filter(point -> point.y() > 0)
            .toList();
    return new Chart.Line(name, points);
  }

  private static List<Integer> streams(List<ScaleRow> rows) {
    return rows.stream().map(row -> row.point().streams()).distinct().sorted().toList();
  }

  private static int streamsOfMostPoints(List<ScaleRow> rows) {
    int best = 0;
    long most = -1;
    for (int streams : streams(rows)) {
      long points = rows.stream().filter(row -> row.point().streams() == streams).count();
      if (points > most) {
        most = points;
        best = streams;
      }
    }
    return best;
  }

  private static List<ScaleRow> slowest(List<ScaleRow> rows) {
    return rows.stream()
        .filter(
            row ->
                rows.stream()
                    .filter(other -> other.point().streams() == row.point().streams())
                    .allMatch(other -> other.point().events() >= row.point().events()))
        .toList();
  }
}
