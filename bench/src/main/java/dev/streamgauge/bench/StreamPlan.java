package dev.streamgauge.bench;

import picocli.CommandLine.Option;

/** How many streams, how fast, for how long. */
final class StreamPlan {
  @Option(names = "--rounds", description = "measured rounds, after the cold one")
  int rounds = 34;

  @Option(names = "--streams", description = "open at once")
  int streams = 64;

  @Option(names = "--connections", description = "of HTTP/2, over which the streams are spread")
  int connections = 4;

  @Option(names = "--rate", description = "events per second and stream")
  double rate = 50;

  @Option(names = "--seconds", description = "length of a measured window")
  double seconds = 1.5;

  @Option(names = "--warm", description = "seconds before each window, not measured")
  double warmSeconds = 0.4;

  @Option(names = "--warm-up", description = "seconds after the cold round, not measured")
  double warmUpSeconds = 20;

  @Option(names = "--tokens", description = "events of one answer; then the next request")
  int tokens = 512;

  /** In words, without the connections. */
  String words() {
    return "%d streams x %s events/s, %s s windows, %d rounds"
        .formatted(streams, Numbers.shortest(rate), Numbers.shortest(seconds), rounds);
  }
}
