package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.load.StreamLoad;
import dev.streamgauge.bench.target.ProcessCost;
import dev.streamgauge.bench.target.Target;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The same load through each target in turn, round after round, so that what else the machine does
 * meets all alike: many short rounds, since it changes within seconds. The first round is cold and
 * stands apart.
 */
record SideBySide(RoundPlan plan) {
  List<LaneRounds> measure(List<Lane> lanes) throws IOException, InterruptedException {
    plan.check();
    if (lanes.isEmpty()) {
      throw new IllegalArgumentException("no target is left to measure");
    }
    List<LaneRounds> results = new ArrayList<>();
    for (Lane lane : lanes) {
      LaneRounds.Window cold = window(lane, 0, warmUp(lane));
      results.add(new LaneRounds(lane.label(), lane.target().kind(), cold));
    }
    for (int round = 1; round <= plan.rounds; round++) {
      for (int i = 0; i < lanes.size(); i++) {
        LaneRounds.Window window = window(lanes.get(i), plan.warmSeconds, 0);
        System.err.printf("round %d %s%n", round, window.summary(lanes.get(i).label()));
        results.get(i).add(window);
      }
    }
    for (int i = 0; i < lanes.size(); i++) {
      if (lanes.get(i).target().process().isPresent()) {
        results.get(i).memory(ProcessCost.memory(lanes.get(i).target().process().get()));
      }
    }
    return results;
  }

  private double warmUp(Lane lane) {
    return lane.target().kind() == TargetKind.STREAMGAUGE ? plan.warmUpSeconds : 0;
  }

  private LaneRounds.Window window(Lane lane, double before, double after)
      throws InterruptedException {
    try (StreamLoad clients = lane.clients().open()) {
      clients.warm(before);
      long cpuBefore = cpuNanos(lane.target());
      Round round = clients.measure(plan.seconds);
      long cpuNanos = cpuNanos(lane.target()) - cpuBefore;
      clients.warm(after);
      return new LaneRounds.Window(round, cpuNanos);
    } catch (IOException e) {
      // one target's failure is an error of its round, and no end of a long measurement
      System.err.println(lane.label() + ": " + e);
      return new LaneRounds.Window(Round.failed(plan.seconds), 0);
    } finally {
      lane.clients().left();
    }
  }

  static long cpuNanos(Target target) {
    return target.process().map(ProcessCost::cpuNanos).orElse(0L);
  }
}
