package dev.streamgauge.bench;

import dev.streamgauge.bench.load.BodyClient;
import dev.streamgauge.bench.load.BodyUpstream;
import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Numbers;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Cost of large bodies, up and down, one at a time over one connection. */
@Command(
    name = "body",
    description = "CPU per MiB of a large request body and of a large answer, side by side.",
    mixinStandardHelpOptions = true)
final class BodyBench extends Measurement {
  private static final List<String> PEERS =
      Arrays.stream(TargetKind.values()).map(TargetKind::label).toList();

  @Option(names = "--rounds", description = "measured rounds, after the cold one")
  int rounds = 20;

  @Option(names = "--mib", description = "of each body")
  int mib = 64;

  @Override
  void makeQuick() {
    rounds = 3;
  }

  /** A target's cost of its bodies, a value for each round. */
  private final class Lane {
    final Target target;
    final double[] upCpuMicros = new double[rounds];
    final double[] upMibPerSecond = new double[rounds];
    final double[] downCpuMicros = new double[rounds];
    final double[] downMibPerSecond = new double[rounds];
    int errors;

    Lane(Target target) {
      this.target = target;
    }

    /** A direction that fails is not known in this round. */
    void round(int round) {
      upCpuMicros[round] = upMibPerSecond[round] = Double.NaN;
      downCpuMicros[round] = downMibPerSecond[round] = Double.NaN;
      long bytes = (long) mib << 20;
      try (BodyClient client = new BodyClient(target.port())) {
        long start = SideBySide.cpuNanos(target);
        upMibPerSecond[round] = mib / client.send(bytes);
        long between = SideBySide.cpuNanos(target);
        upCpuMicros[round] = (between - start) / 1e3 / mib;
        downMibPerSecond[round] = mib / client.fetch(bytes);
        downCpuMicros[round] = (SideBySide.cpuNanos(target) - between) / 1e3 / mib;
      } catch (IOException e) {
        errors++;
        options.leaveOut(target.side().label() + ", a body of " + mib + " MiB", e.toString());
      }
    }

    Row row() throws IOException {
      boolean process = target.process().isPresent();
      return Row.of(
          target.side().label(),
          List.of(
              process ? upCpuMicros : Row.none(),
              process ? downCpuMicros : Row.none(),
              upMibPerSecond,
              downMibPerSecond,
              process
                  ? Row.once(ProcessCost.memory(target.process().get()).rssKib() / 1024.0)
                  : Row.none(),
              Row.once(errors)));
    }
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    try (BodyUpstream upstream = new BodyUpstream()) {
      List<Target> targets = options.start(sides(), _ -> upstream.port());
      try {
        List<Lane> lanes = targets.stream().map(Lane::new).toList();
        lanes.forEach(lane -> lane.round(0)); // cold; the next one overwrites it
        for (int round = 0; round < rounds; round++) {
          for (Lane lane : lanes) {
            lane.round(round);
            System.err.printf(
                "round %d %-23s up %s down %s us/MiB%n",
                round + 1,
                lane.target.side().label(),
                Numbers.text(lane.upCpuMicros[round], 0),
                Numbers.text(lane.downCpuMicros[round], 0));
          }
        }
        return section(lanes);
      } finally {
        targets.forEach(Target::close);
      }
    }
  }

  /** A gateway relays the API of chats: it refuses a body that is none. */
  private List<Side> sides() throws IOException {
    List<Side> sides = new ArrayList<>();
    for (Side side : options.sides(Load.HTTP1)) {
      if (side.kind().isGateway()) {
        options.leaveOut(side.label() + ", large bodies", "it relays nothing but chats");
      } else {
        sides.add(side);
      }
    }
    return sides;
  }

  private Section section(List<Lane> lanes) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Lane lane : lanes) {
      rows.add(lane.row());
    }
    FigureTable figures =
        FigureTable.ofTargets(
            "figures",
            "Cost and speed",
            List.of(
                new Column("up_cpu_us_per_mib", "up: CPU µs/MiB", 0),
                new Column("down_cpu_us_per_mib", "down: CPU µs/MiB", 0),
                new Column("up_mib_per_second", "up: MiB/s", 0),
                new Column("down_mib_per_second", "down: MiB/s", 0),
                new Column("rss_mib", "RSS MiB", 1),
                new Column("errors", "errors", 0)),
            rows);
    return new Section(
        "body",
        "Large bodies",
        "a body of %d MiB up, then one down, HTTP/1.1, one connection, %d rounds"
            .formatted(mib, rounds),
        List.of(
            figures,
            figures.ratios(Section.CPU_RATIOS + "_up", 0, PEERS),
            figures.ratios(Section.CPU_RATIOS + "_down", 1, PEERS)),
        List.of(),
        List.of(
            "Client, server and target share two processors, so the speed is the machine's, not the"
                + " target's own."));
  }
}
