package dev.streamgauge.bench;

import picocli.CommandLine.Option;

/** How many rounds, and how long. */
final class RoundPlan {
  @Option(names = "--rounds", description = "measured rounds, after the cold one")
  int rounds = 34;

  @Option(names = "--seconds", description = "length of a measured window")
  double seconds = 1.5;

  @Option(names = "--warm", description = "seconds before each window, not measured")
  double warmSeconds = 0.4;

  @Option(names = "--warm-up", description = "seconds after the cold round, not measured")
  double warmUpSeconds = 20;

  void check() {
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds: at least 1");
    }
    if (!(seconds > 0) || !(warmSeconds >= 0) || !(warmUpSeconds >= 0)) {
      throw new IllegalArgumentException("--seconds: above 0; --warm and --warm-up: at least 0");
    }
  }

  void makeQuick() {
    rounds = 2;
    seconds = 0.5;
    warmSeconds = 0.2;
    warmUpSeconds = 2;
  }
}
