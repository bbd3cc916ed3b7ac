package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.result.Section;
import dev.streamgauge.bench.target.Target;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Cost and added delay of each target under the same streams over HTTP/1.1. */
@Command(
    name = "stream",
    description = "CPU per event, added delay and memory, side by side.",
    mixinStandardHelpOptions = true)
final class StreamBench extends Measurement {
  @Mixin StreamPlan plan = new StreamPlan();

  @Override
  void makeQuick() {
    plan.rounds.makeQuick();
  }

  @Override
  Section measure() throws IOException, InterruptedException {
    plan.check();
    try (Upstream upstream = Load.HTTP1.upstream(plan.tokens, plan.rate)) {
      List<Target> targets = options.start(options.sides(Load.HTTP1), _ -> upstream.port());
      try {
        List<Lane> lanes =
            targets.stream().map(target -> StreamClients.lane(plan, target, upstream)).toList();
        RoundTables tables = new RoundTables("event", new SideBySide(plan.rounds).measure(lanes));
        return new Section(
            "stream",
            "SSE over HTTP/1.1",
            plan.words(),
            tables.tables(),
            List.of(),
            List.of(tables.note()));
      } finally {
        targets.forEach(Target::close);
      }
    }
  }
}
