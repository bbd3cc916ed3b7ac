package dev.streamgauge.proxy.gate;

import dev.streamgauge.telemetry.GateView;
import org.jspecify.annotations.Nullable;

/** How many requests may be with the server at once. The gate's lock is held in each call. */
interface ConcurrencyLimit {
  int now();

  /**
   * A first token came.
   *
   * @param begunNanos when its request was let pass, or all of it was sent, if that was later
   * @param limited whether as many as may be are with the server
   */
  void firstToken(long begunNanos, long nowNanos, boolean limited);

  /** An answer with a first token has ended; how long it held its permit besides the delay. */
  void streamed(long restNanos);

  /**
   * An answer has come whole that had no first token.
   *
   * @return whether the limit goes by such answers from now on
   */
  boolean whole(long begunNanos, long nowNanos, boolean limited);

  /** The server said that it has too much to do. */
  void refused(long begunNanos, long nowNanos);

  /** How it came about; null where it was set. */
  GateView.@Nullable Adaptive adaptive();

  /** It stays as it was set. */
  record Fixed(int now) implements ConcurrencyLimit {
    @Override
    public void firstToken(long begunNanos, long nowNanos, boolean limited) {}

    @Override
    public void streamed(long restNanos) {}

    @Override
    public boolean whole(long begunNanos, long nowNanos, boolean limited) {
      return false;
    }

    @Override
    public void refused(long begunNanos, long nowNanos) {}

    @Override
    public GateView.@Nullable Adaptive adaptive() {
      return null;
    }
  }
}
