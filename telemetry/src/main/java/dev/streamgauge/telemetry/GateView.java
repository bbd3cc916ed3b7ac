package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/** What the queue in front of the server is at. Any thread; never blocks for long. */
public interface GateView {
  /** Requests that wait. */
  int waiting();

  /** Requests with the server. */
  int admitted();

  /** How many may be with the server; null: any number. */
  @Nullable Integer limit();

  /** How many may wait. */
  int capacity();

  /** What an adaptive limit goes by; null where the limit is none. */
  @Nullable Adaptive adaptive();

  /**
   * How an adaptive limit came about. Times are not numbers before the first window.
   *
   * @param leastSeconds median time to the first token in the fastest window
   * @param windowSeconds of the last window
   */
  record Adaptive(
      double leastSeconds, double windowSeconds, long increases, long decreases, long holds) {}

  /** No queue. */
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

        @Override
        public int capacity() {
          return 0;
        }

        @Override
        public @Nullable Adaptive adaptive() {
          return null;
        }
      };
}
