package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.SseUpstream;
import dev.streamgauge.bench.result.Column;
import dev.streamgauge.bench.result.FigureTable;
import dev.streamgauge.bench.result.Row;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.Probe;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * From exec to the first 200 through the proxy, over a plain socket that tries every millisecond.
 */
@Command(
    name = "start",
    description = "Time from exec to the first proxied 200.",
    mixinStandardHelpOptions = true)
final class StartBench extends Measurement {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final Ticker ticker = Ticker.system();

  @Option(names = "--runs", description = "starts of each kind")
  private int runs = 10;

  @Option(
      names = "--without-cache",
      description =
          "NAME=VALUE in the environment that makes bin/streamgauge start without AOT cache")
  private String withoutCache = "STREAMGAUGE_JAVA_OPTS=-XX:AOTMode=off";

  @Override
  void makeQuick() {
    runs = 2;
  }

  /** What is started again and again, and what it took each time. */
  private final class Started {
    final String name;
    final Side side;
    final List<String> environment;
    final double[] millis = new double[runs];
    final double[] cpuMillis = new double[runs];
    final double[] rssMib = new double[runs];

    Started(String name, Side side, List<String> environment) {
      this.name = name;
      this.side = side;
      this.environment = environment;
    }

    /** A start that fails is not known. */
    void run(int run, int upstreamPort) throws InterruptedException {
      millis[run] = cpuMillis[run] = rssMib[run] = Double.NaN;
      long start = ticker.nanos();
      try (Target target =
          Target.exec(side, options.places(), upstreamPort, options.targetProcessor, environment)) {
        awaitAnswer(target, start);
        millis[run] = (ticker.nanos() - start) / 1e6;
        ProcessHandle process = target.process().orElseThrow();
        cpuMillis[run] = ProcessCost.cpuNanos(process) / 1e6;
        rssMib[run] = ProcessCost.memory(process).rssKib() / 1024.0;
      } catch (IOException e) {
        options.leaveOut("a start of " + name, e.toString());
      }
      System.err.printf("run %d %-28s %.0f ms%n", run + 1, name, millis[run]);
    }
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    List<Started> all = new ArrayList<>();
    for (Side side : options.sides(Load.HTTP1)) {
      if (side.kind() != TargetKind.DIRECT) {
        all.add(new Started(side.label(), side, List.of()));
      }
      if (side.kind() == TargetKind.STREAMGAUGE) {
        all.add(new Started(side.label() + ", no AOT cache", side, List.of(withoutCache)));
      }
    }
    try (SseUpstream upstream = new SseUpstream(1, 1)) {
      for (int run = 0; run < runs; run++) {
        for (Started started : all) {
          started.run(run, upstream.port());
        }
      }
    }
    return new Section(
        "start",
        "Start",
        "exec to the first 200 through the target, %d starts of each in turn".formatted(runs),
        List.of(
            FigureTable.ofTargets(
                "figures",
                "Start",
                List.of(
                    new Column("start_ms", "exec to first 200, ms", 0),
                    new Column("cpu_ms", "CPU ms", 0),
                    new Column("rss_mib", "RSS MiB", 1)),
                all.stream()
                    .map(
                        each ->
                            Row.of(each.name, List.of(each.millis, each.cpuMillis, each.rssMib)))
                    .toList())),
        List.of(),
        List.of("RSS right behind the first answer."));
  }

  private void awaitAnswer(Target target, long start) throws IOException, InterruptedException {
    ProcessHandle process = target.process().orElseThrow();
    while (!Probe.answered(target)) {
      if (!process.isAlive() || ticker.nanos() - start > PATIENCE_NANOS) {
        throw new IOException("no answer from port " + target.port());
      }
      Thread.sleep(1);
    }
  }
}
