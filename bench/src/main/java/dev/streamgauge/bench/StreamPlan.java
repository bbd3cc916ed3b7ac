package dev.streamgauge.bench;

import dev.streamgauge.bench.result.Numbers;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many streams, how fast, for how long. */
final class StreamPlan {
  @Mixin RoundPlan rounds = new RoundPlan();

  @Option(names = "--streams", description = "open at once")
  int streams = 64;

  @Option(names = "--connections", description = "of HTTP/2, over which the streams are spread")
  int connections = 4;

  @Option(names = "--rate", description = "events per second and stream")
  double rate = 50;

  @Option(names = "--tokens", description = "events of one answer; then the next request")
  int tokens = 512;

  void check() {
    rounds.check();
    if (streams < 1 || connections < 1 || tokens < 1 || !(rate > 0)) {
      throw new IllegalArgumentException(
          "--streams, --connections, --tokens: at least 1; --rate: above 0");
    }
  }

  /** In words, without the connections. */
  String words() {
    return "%d streams × %s events/s, windows of %s s, %d rounds"
        .formatted(
            streams, Numbers.shortest(rate), Numbers.shortest(rounds.seconds), rounds.rounds);
  }
}
