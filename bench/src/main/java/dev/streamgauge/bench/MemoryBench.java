package dev.streamgauge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Memory with many slow streams open: RSS of all targets, live heap per stream of the JVM. */
@Command(
    name = "memory",
    description = "RSS and heap per open stream.",
    mixinStandardHelpOptions = true)
final class MemoryBench extends Measurement {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("rss_before_mib", "RSS MiB, no stream", 1),
          new Column("rss_mib", "RSS MiB", 1),
          new Column("pss_mib", "PSS MiB", 1),
          new Column("rss_kib_per_stream", "RSS KiB/stream", 1),
          new Column("heap_bytes_per_stream", "live heap bytes/stream", 0),
          new Column("events", "events", 0),
          new Column("errors", "errors", 0));

  @Option(names = "--rounds", description = "each with processes started anew")
  int rounds = 3;

  @Option(names = "--streams", description = "open at once")
  int streams = 2000;

  @Option(names = "--seconds", description = "how long they are open before memory is read")
  private double seconds = 10;

  @Option(names = "--over", description = "http1, h2 or grpc: what both sides speak")
  String over = "http1";

  @Option(names = "--connections", description = "of HTTP/2, over which the streams are spread")
  private int connections = 20;

  @Override
  void makeQuick() {
    rounds = 1;
    seconds = 2;
    streams = Math.min(streams, 500);
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    Load load = Load.of(over);
    Map<Side, double[][]> byColumn = new LinkedHashMap<>();
    for (Side side : options.sides(load)) {
      if (side.kind() != TargetKind.DIRECT && side.kind().relays(load)) {
        byColumn.put(side, new double[COLUMNS.size()][rounds]);
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<Side, double[][]> entry : byColumn.entrySet()) {
        measure(entry.getKey(), entry.getValue(), round);
      }
    }
    List<Row> rows = new ArrayList<>();
    byColumn.forEach((side, figures) -> rows.add(Row.of(side.label(), List.of(figures))));
    return new Section(
        "memory",
        "Memory",
        "%d streams over %s, an event each second, %d rounds with processes started anew"
            .formatted(streams, load.label(), rounds),
        List.of(FigureTable.ofTargets("figures", "Memory of open streams", COLUMNS, rows)),
        List.of(),
        List.of("Live heap: what a full collection leaves, with the streams open less before."));
  }

  private void measure(Side side, double[][] byColumn, int round)
      throws IOException, InterruptedException {
    Arrays.stream(byColumn).forEach(column -> column[round] = Double.NaN);
    try (Upstream upstream = side.behind().upstream(Integer.MAX_VALUE, 1)) {
      List<Target> started = options.start(List.of(side), _ -> upstream.port());
      if (!started.isEmpty()) {
        try (Target target = started.getFirst()) {
          measure(target, byColumn, round);
        } catch (IOException e) {
          options.leaveOut(side.label() + ", memory", e.toString());
        }
      }
    }
  }

  private void measure(Target target, double[][] byColumn, int round)
      throws IOException, InterruptedException {
    ProcessHandle process = target.process().orElseThrow();
    // A short load first, so that what is loaded and compiled once is not counted per stream.
    load(target, Math.min(streams, 64), 2);
    Thread.sleep(2000);
    double heapBefore = liveHeapBytes(target.kind(), process);
    ProcessCost.Memory before = ProcessCost.memory(process);
    try (StreamLoad clients = clients(target)) {
      clients.open(streams, 5);
      Round events = clients.measure(seconds);
      ProcessCost.Memory with = ProcessCost.memory(process);
      double heapWith = liveHeapBytes(target.kind(), process);
      double[] figures = {
        before.rssKib() / 1024.0,
        with.rssKib() / 1024.0,
        with.pssKib() / 1024.0,
        (with.rssKib() - before.rssKib()) / (double) streams,
        (heapWith - heapBefore) / streams,
        events.delaysNanos().count(),
        events.errors()
      };
      for (int i = 0; i < figures.length; i++) {
        byColumn[i][round] = figures[i];
      }
      System.err.printf(
          "round %d %-23s %.1f MiB, %d errors%n",
          round + 1, target.side().label(), with.rssKib() / 1024.0, events.errors());
    }
  }

  private StreamLoad clients(Target target) throws IOException {
    return target.side().front().clients(target.port(), Integer.MAX_VALUE, connections);
  }

  private void load(Target target, int count, double lasting) throws IOException {
    try (StreamLoad clients = clients(target)) {
      clients.open(count, 1);
      clients.warm(lasting);
    }
  }

  /**
   * The last line of the class histogram, which {@code jcmd} takes after a full collection; NaN of
   * a target that is no JVM.
   */
  private static double liveHeapBytes(TargetKind kind, ProcessHandle process)
      throws IOException, InterruptedException {
    if (kind != TargetKind.STREAMGAUGE) {
      return Double.NaN;
    }
    Path jcmd = Path.of(System.getProperty("java.home", ""), "bin", "jcmd");
    Process histogram =
        new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String text = new String(histogram.getInputStream().readAllBytes(), UTF_8);
    histogram.waitFor();
    for (String line : text.lines().toList()) {
      String[] words = line.trim().toLowerCase(Locale.ROOT).split("\\s+", -1);
      if (words.length == 3 && words[0].equals("total")) {
        return Long.parseLong(words[2]);
      }
    }
    throw new IOException("jcmd gave no histogram: " + text.lines().findFirst().orElse(""));
  }
}
