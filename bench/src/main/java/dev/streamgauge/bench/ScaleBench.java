package dev.streamgauge.bench;

import dev.streamgauge.bench.ScalePlan.Point;
import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * From one stream to as many as there is room for, from one event a second to what one core does.
 */
@Command(
    name = "scale",
    description = "CPU per event, delay and memory over streams and events per second.",
    mixinStandardHelpOptions = true)
final class ScaleBench extends Measurement {
  private static final int TOKENS = 512;

  /** Of descriptors, beside those of streams: files, listeners, a few connections. */
  private static final int DESCRIPTORS_APART = 300;

  /** Of nginx: those it keeps idle to the server, 2,048, and those of the last round. */
  private static final int CONNECTIONS_APART = 3000;

  @Mixin ScalePlan plan = new ScalePlan();

  @Override
  void makeQuick() {
    plan.rounds = 1;
    plan.seconds = 0.5;
    plan.warmSeconds = 0.3;
    plan.warmUpSeconds = 2;
    plan.streams = List.of(1, 64, 500);
    plan.events = List.of(500, 5000);
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    plan.check();
    Map<Load, List<ScaleRow>> byLoad = new LinkedHashMap<>();
    List<String> notes = new ArrayList<>();
    long descriptors = Machine.descriptorsMax();
    for (String label : plan.over) {
      Load load = Load.of(label);
      int streamsMax = streamsMax(load, descriptors);
      plan.streams.stream()
          .filter(count -> count > streamsMax)
          .forEach(
              count ->
                  notes.add(
                      "Left out: %,d streams over %s, which need %,d file descriptors of a process;"
                              .formatted(count, label, 2 * count + DESCRIPTORS_APART)
                          + " RLIMIT_NOFILE allows %,d.".formatted(descriptors)));
      byLoad.put(load, measure(load, plan.points(streamsMax)));
    }
    notes.add("Delay: the whole, from the upstream's write to the client's read.");
    notes.add(
        "RSS: at the end of the window; a target is started once for a protocol, and what an"
            + " earlier row made it take it may keep.");
    ScaleTables tables = new ScaleTables(byLoad);
    return new Section(
        "scale",
        "Scale",
        "numbers of streams and rates, %d rounds of at least %s s for each"
            .formatted(plan.rounds, plan.seconds),
        tables.tables(),
        tables.charts(),
        notes);
  }

  /** Over HTTP/1.1 a stream takes two sockets of the target, and two of clients and upstream. */
  private static int streamsMax(Load load, long descriptors) {
    return load == Load.HTTP1
        ? (int) Math.min(Integer.MAX_VALUE, (descriptors - DESCRIPTORS_APART) / 2)
        : Integer.MAX_VALUE;
  }

  private List<ScaleRow> measure(Load load, List<Point> points)
      throws IOException, InterruptedException {
    int streamsMax = points.stream().mapToInt(Point::streams).max().orElse(0);
    int connectionsBefore = options.connections;
    options.connections = Math.max(connectionsBefore, connections(load, streamsMax));
    List<ScaleRow> rows = new ArrayList<>();
    try (Upstream upstream = load.upstream(TOKENS, 1)) {
      List<Target> targets = options.start(sides(load), _ -> upstream.port());
      try {
        warmUp(targets, upstream);
        Map<Target, ScaleRow> before = new LinkedHashMap<>();
        for (Point point : points) {
          List<ScaleRow> atPoint = new ArrayList<>();
          for (Target target : targets) {
            ScaleRow last = before.get(target);
            boolean beyond =
                last != null && !last.keptUp() && last.point().streams() == point.streams();
            if (!beyond) {
              ScaleRow row = new ScaleRow(target.side(), point);
              before.put(target, row);
              atPoint.add(row);
            }
          }
          rounds(point, targets, atPoint, upstream);
          rows.addAll(atPoint);
        }
      } finally {
        targets.forEach(Target::close);
        options.connections = connectionsBefore;
      }
    }
    return rows;
  }

  /** nginx has a connection to the server for each stream, whatever it speaks. */
  private static int connections(Load load, int streams) {
    int ofClients = load == Load.HTTP1 ? streams : ScalePlan.connections(streams);
    return ofClients + streams + CONNECTIONS_APART;
  }

  private List<Side> sides(Load load) throws IOException {
    return options.sides(load).stream().filter(side -> side.kind().relays(load)).toList();
  }

  private void warmUp(List<Target> targets, Upstream upstream)
      throws IOException, InterruptedException {
    for (Target target : targets) {
      if (target.kind() == TargetKind.STREAMGAUGE) {
        window(new Point(64, 3200), target, upstream, plan.warmUpSeconds);
      }
    }
  }

  private void rounds(Point point, List<Target> targets, List<ScaleRow> rows, Upstream upstream)
      throws IOException, InterruptedException {
    for (int round = 0; round < plan.rounds; round++) {
      for (ScaleRow row : rows) {
        for (Target target : targets) {
          if (target.side().equals(row.side())) {
            row.add(window(point, target, upstream, plan.windowSeconds(point)));
            System.err.printf(
                "%s %d streams, %d events/s, round %d: %s%n",
                row.side().label(), point.streams(), point.events(), round + 1, row.summary());
          }
        }
      }
    }
  }

  private ScaleRow.Window window(Point point, Target target, Upstream upstream, double seconds)
      throws InterruptedException {
    StreamPlan streams = new StreamPlan();
    streams.rate = point.perStream();
    upstream.pace(point.perStream());
    Load load = target.side().front();
    try (StreamLoad clients =
        load.clients(target.port(), TOKENS, ScalePlan.connections(point.streams()))) {
      clients.open(point.streams(), plan.openSeconds(point));
      StreamClients.awaitAll(clients, point.streams(), upstream);
      clients.warm(plan.warmSeconds);
      long loadBefore = ProcessCost.ownCpuNanos();
      long cpuBefore = SideBySide.cpuNanos(target);
      Round round = clients.measure(seconds);
      long cpuNanos = SideBySide.cpuNanos(target) - cpuBefore;
      long loadNanos = ProcessCost.ownCpuNanos() - loadBefore;
      double rssMib =
          target.process().isPresent()
              ? ProcessCost.memory(target.process().get()).rssKib() / 1024.0
              : Double.NaN;
      return new ScaleRow.Window(round, cpuNanos, loadNanos, rssMib);
    } catch (IOException e) {
      System.err.println(target.side().label() + ": " + e);
      return new ScaleRow.Window(Round.failed(seconds), 0, 0, Double.NaN);
    } finally {
      new StreamClients(streams, target, upstream).left();
    }
  }
}
