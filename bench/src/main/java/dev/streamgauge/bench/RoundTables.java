package dev.streamgauge.bench;

import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.TargetKind;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The figures of rounds side by side: cost, added delay, memory; and the ratios of cost.
 *
 * @param counted what one count is: an event, a request
 */
record RoundTables(String counted, List<LaneRounds> lanes) {
  /** With ratios to each kind of target that is there: the first row of each. */
  List<FigureTable> tables() {
    Map<TargetKind, String> firsts = new EnumMap<>(TargetKind.class);
    lanes.forEach(lane -> firsts.putIfAbsent(lane.kind(), lane.label()));
    return tables(Section.CPU_RATIOS, List.copyOf(firsts.values()));
  }

  /**
   * With ratios to those of the rows.
   *
   * @param ratiosKey of the second table
   */
  List<FigureTable> tables(String ratiosKey, List<String> bases) {
    FigureTable figures =
        FigureTable.ofTargets(
            "figures",
            "Cost, added delay and memory",
            columns(),
            lanes.stream().map(this::row).toList());
    return List.of(figures, figures.ratios(ratiosKey, 0, bases));
  }

  String note() {
    return "Added delay: the whole less the same quantile of direct in the same round (direct's own"
        + " row: the whole). RSS and PSS after the last round. An error is a status other than 200,"
        + " a wrong count of events or a broken connection.";
  }

  private List<Column> columns() {
    return List.of(
        new Column("cpu_us", "CPU µs/" + counted, 1),
        new Column("cold_cpu_us", "cold round", 1),
        new Column("added_delay_p50_us", "added delay p50 µs", 0),
        new Column("added_delay_p99_us", "p99 µs", 0),
        new Column("added_delay_p999_us", "p99.9 µs", 0),
        new Column("rss_mib", "RSS MiB", 1),
        new Column("pss_mib", "PSS MiB", 1),
        new Column("counted", counted + "s", 0),
        new Column("errors", "errors", 0));
  }

  private Row row(LaneRounds lane) {
    boolean process = lane.kind() != TargetKind.DIRECT;
    ProcessCost.Memory memory = lane.memory();
    return Row.of(
        lane.label(),
        List.of(
            process ? lane.byRound(LaneRounds.Window::cpuMicrosPerCount) : Row.none(),
            process ? Row.once(lane.cold().cpuMicrosPerCount()) : Row.none(),
            addedMicros(lane, 0.5),
            addedMicros(lane, 0.99),
            addedMicros(lane, 0.999),
            memory == null ? Row.none() : Row.once(memory.rssKib() / 1024.0),
            memory == null ? Row.none() : Row.once(memory.pssKib() / 1024.0),
            Row.once((double) lane.count()),
            Row.once((double) lane.errors())));
  }

  /** Nothing without direct beside it. */
  private double[] addedMicros(LaneRounds lane, double quantile) {
    double[] whole = lane.byRound(window -> window.delayMicros(quantile));
    if (lane.kind() == TargetKind.DIRECT) {
      return whole;
    }
    return lanes.stream()
        .filter(other -> other.kind() == TargetKind.DIRECT)
        .map(direct -> direct.byRound(window -> window.delayMicros(quantile)))
        .map(direct -> less(whole, direct))
        .findFirst()
        .orElseGet(Row::none);
  }

  private static double[] less(double[] whole, double[] direct) {
    return IntStream.range(0, whole.length).mapToDouble(i -> whole[i] - direct[i]).toArray();
  }
}
