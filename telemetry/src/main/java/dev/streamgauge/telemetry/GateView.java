package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/** What the queue in front of the server says of itself now. Any thread. */
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

  /** Admitted and waiting ones by the limit, not clamped at 1; null without a limit. */
  default @Nullable Double saturationRatio() {
    Integer most = limit();
    return most == null || most == 0 ? null : (Double) ((admitted() + waiting()) / (double) most);
  }
}
