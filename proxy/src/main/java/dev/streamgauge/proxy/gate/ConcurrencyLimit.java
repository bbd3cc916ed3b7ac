package dev.streamgauge.proxy.gate;

import dev.streamgauge.telemetry.GateView;
import org.jspecify.annotations.Nullable;

/** How many requests may be with the server at once. The gate's lock is held in each call. */
interface ConcurrencyLimit {
  int now();

  /**
   * A first token came.
   *
   * @param admittedNanos when its request was let pass
   * @param limited whether as many as may be are with the server
   */
  void firstToken(long admittedNanos, long nowNanos, boolean limited);

  /** The server said that it has too much to do. */
  void refused(long admittedNanos, long nowNanos);

  /** How it came about; null where it was set. */
  GateView.@Nullable Adaptive adaptive();

  /** It stays as it was set. */
  record Fixed(int now) implements ConcurrencyLimit {
    @Override
    public void firstToken(long admittedNanos, long nowNanos, boolean limited) {}

    @Override
    public void refused(long admittedNanos, long nowNanos) {}

    @Override
    public GateView.@Nullable Adaptive adaptive() {
      return null;
    }
  }
}
