package dev.streamgauge.bench;

import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Upstream;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Cost and added delay of each target under the same streams over HTTP/1.1. */
@Command(
    name = "stream",
    description = "CPU per event, added delay and memory, side by side.",
    mixinStandardHelpOptions = true)
final class StreamBench implements Callable<Integer> {
  @Mixin private BenchOptions options = new BenchOptions();
  @Mixin private StreamPlan plan = new StreamPlan();

  @Option(
      names = "--variant",
      description = {
        "NAME=WORDS: one more streamgauge with these options;",
        "a first word that is no option is another program"
      })
  private List<String> variants = List.of();

  @Override
  public Integer call() throws IOException, InterruptedException {
    options.pinLoad();
    try (Upstream upstream = Load.HTTP1.upstream(plan.tokens, plan.rate)) {
      List<Side> sides =
          Stream.concat(
                  options.available().stream().map(kind -> Side.of(kind, Load.HTTP1)),
                  variants.stream().map(variant -> Side.variant(variant, Load.HTTP1)))
              .toList();
      List<Target> targets = options.start(sides, _ -> upstream.port());
      try {
        SideBySide sideBySide = new SideBySide(plan, _ -> upstream);
        StreamReport report = new StreamReport(plan.words(), sideBySide.measure(targets));
        System.out.println(report.markdown());
        report.writeJson(options.results().resolve("stream.json"));
      } finally {
        targets.forEach(Target::close);
      }
    }
    return 0;
  }
}
