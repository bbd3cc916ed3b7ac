package dev.streamgauge.fuzz;

/** What must hold for any input; what does not is the fuzzer's finding. */
final class Checks {
  private Checks() {}

  static void that(boolean holds, String rule, Object found) {
    if (!holds) {
      throw new IllegalStateException(rule + ": " + found);
    }
  }
}
