package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.SseUpstream;
import dev.streamgauge.bench.load.StreamClient;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Cost and added delay of each target under the same streams, in turn, round after round, so that
 * what else the machine does meets all alike: many short rounds, since it changes within seconds.
 * The first round is cold and stands apart.
 */
@Command(
    name = "stream",
    description = "CPU per event, added delay and memory, side by side.",
    mixinStandardHelpOptions = true)
final class StreamBench implements Callable<Integer> {
  private static final double DRAIN_SECONDS = 0.5;

  @Mixin private BenchOptions options = new BenchOptions();

  @Option(names = "--rounds", description = "measured rounds, after the cold one")
  private int rounds = 34;

  @Option(names = "--streams", description = "open at once")
  private int streams = 64;

  @Option(names = "--rate", description = "events per second and stream")
  private double rate = 50;

  @Option(names = "--seconds", description = "length of a measured window")
  private double seconds = 1.5;

  @Option(names = "--warm", description = "seconds before each window, not measured")
  private double warmSeconds = 0.4;

  @Option(names = "--warm-up", description = "seconds after the cold round, not measured")
  private double warmUpSeconds = 20;

  @Option(names = "--tokens", description = "events of one answer; then the next request")
  private int tokens = 512;

  @Override
  public Integer call() throws IOException, InterruptedException {
    options.pinLoad();
    Map<TargetKind, StreamResult> results = new EnumMap<>(TargetKind.class);
    try (SseUpstream upstream = new SseUpstream(tokens, rate)) {
      List<Target> targets = options.start(options.available(), upstream.port());
      try {
        measure(upstream, targets, results);
      } finally {
        targets.forEach(Target::close);
      }
    }
    String load =
        "%d streams x %s events/s, %s s windows, %d rounds"
            .formatted(streams, Numbers.shortest(rate), Numbers.shortest(seconds), rounds);
    StreamReport report = new StreamReport(load, new ArrayList<>(results.values()));
    System.out.println(report.markdown());
    report.writeJson(options.results().resolve("stream.json"));
    return 0;
  }

  private void measure(
      SseUpstream upstream, List<Target> targets, Map<TargetKind, StreamResult> results)
      throws IOException, InterruptedException {
    for (Target target : targets) {
      StreamResult.Window cold = window(upstream, target, 0, warmUp(target));
      results.put(target.kind(), new StreamResult(target.kind(), cold));
    }
    for (int i = 0; i < rounds; i++) {
      for (Target target : targets) {
        StreamResult.Window window = window(upstream, target, warmSeconds, 0);
        System.err.printf("round %d %s%n", i + 1, window.summary(target.kind()));
        result(results, target.kind()).add(window);
      }
    }
    for (Target target : targets) {
      if (target.process().isPresent()) {
        result(results, target.kind()).memory(ProcessCost.memory(target.process().get()));
      }
    }
  }

  private static StreamResult result(Map<TargetKind, StreamResult> results, TargetKind kind) {
    return java.util.Objects.requireNonNull(results.get(kind));
  }

  private double warmUp(Target target) {
    return target.kind() == TargetKind.STREAMGAUGE ? warmUpSeconds : 0;
  }

  private StreamResult.Window window(
      SseUpstream upstream, Target target, double before, double after)
      throws IOException, InterruptedException {
    try (StreamClient client = new StreamClient(target.port(), tokens)) {
      client.open(streams, Math.min(1, 1 / rate));
      client.warm(before);
      long cpuBefore = cpuNanos(target);
      Round round = client.measure(seconds);
      long cpuNanos = cpuNanos(target) - cpuBefore;
      client.warm(after);
      return new StreamResult.Window(round, cpuNanos);
    } finally {
      drain(upstream);
    }
  }

  /** Until the upstream has seen that nobody listens any more. */
  private void drain(SseUpstream upstream) throws InterruptedException {
    double waited = 0;
    while (upstream.open() > 0 && waited < 10 + 2 / rate) {
      Thread.sleep((long) (DRAIN_SECONDS * 1000));
      waited += DRAIN_SECONDS;
    }
  }

  private static long cpuNanos(Target target) {
    return target.process().map(ProcessCost::cpuNanos).orElse(0L);
  }
}
