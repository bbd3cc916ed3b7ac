package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/** What the queue in front of the server says of itself now. Any thread; never blocks for long. */
public interface GateView {
  /** No queue: all are admitted at once. */
  GateView NONE =
      new GateView() {
        @Override
        public int waiting() {
          return 0;
        }

        @Override
        public int admitted() {
          return 0;
        }

        @Override
        public @Nullable Integer limit() {
          return null;
        }
      };

  /** Requests in the queue. */
  int waiting();

  /** Requests that were admitted and have not ended. */
  int admitted();

  /** How many may be admitted at once; null without a limit. */
  @Nullable Integer limit();

  /** How many may wait. */
  default int capacity() {
    return 0;
  }

  /** What an adaptive limit goes by; null where the limit is none. */
  default @Nullable Adaptive adaptive() {
    return null;
  }

  /** Admitted and waiting ones by the limit, not clamped at 1; null without a limit. */
  default @Nullable Double saturationRatio() {
    Integer most = limit();
    return most == null || most == 0 ? null : (Double) ((admitted() + waiting()) / (double) most);
  }

  /**
   * How an adaptive limit came about. Times are not numbers before the first window.
   *
   * @param leastSeconds mean time to the first token while nobody waits for another
   * @param windowSeconds of the last window
   */
  record Adaptive(
      double leastSeconds, double windowSeconds, long increases, long decreases, long holds) {}
}
