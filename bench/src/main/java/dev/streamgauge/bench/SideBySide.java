package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The same streams through each target in turn, round after round, so that what else the machine
 * does meets all alike: many short rounds, since it changes within seconds. The first round is cold
 * and stands apart.
 *
 * @param upstream that stands behind a side
 */
record SideBySide(StreamPlan plan, Function<Side, Upstream> upstream) {
  private static final double DRAIN_SECONDS = 0.5;

  List<StreamResult> measure(List<Target> targets) throws IOException, InterruptedException {
    List<StreamResult> results = new ArrayList<>();
    for (Target target : targets) {
      StreamResult.Window cold = window(target, 0, warmUp(target));
      results.add(new StreamResult(target.side(), cold));
    }
    for (int round = 1; round <= plan.rounds; round++) {
      for (int i = 0; i < targets.size(); i++) {
        Target target = targets.get(i);
        StreamResult.Window window = window(target, plan.warmSeconds, 0);
        System.err.printf("round %d %s%n", round, window.summary(target.side().label()));
        results.get(i).add(window);
      }
    }
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).process().isPresent()) {
        results.get(i).memory(ProcessCost.memory(targets.get(i).process().get()));
      }
    }
    return results;
  }

  private double warmUp(Target target) {
    return target.kind() == TargetKind.STREAMGAUGE ? plan.warmUpSeconds : 0;
  }

  private StreamResult.Window window(Target target, double before, double after)
      throws IOException, InterruptedException {
    try (StreamLoad clients =
        target.side().front().clients(target.port(), plan.tokens, plan.connections)) {
      clients.open(plan.streams, Math.min(1, 1 / plan.rate));
      clients.warm(before);
      long cpuBefore = cpuNanos(target);
      Round round = clients.measure(plan.seconds);
      long cpuNanos = cpuNanos(target) - cpuBefore;
      clients.warm(after);
      return new StreamResult.Window(round, cpuNanos);
    } finally {
      drain(upstream.apply(target.side()));
    }
  }

  /** Until the upstream has seen that nobody listens any more. */
  private void drain(Upstream behind) throws InterruptedException {
    double waited = 0;
    while (behind.open() > 0 && waited < 10 + 2 / plan.rate) {
      Thread.sleep((long) (DRAIN_SECONDS * 1000));
      waited += DRAIN_SECONDS;
    }
  }

  private static long cpuNanos(Target target) {
    return target.process().map(ProcessCost::cpuNanos).orElse(0L);
  }
}
