package dev.streamgauge.proxy;

/** A client's connection, as its event loop sees it. On one event loop. */
interface Connection {
  /** Closes if nothing is in flight here; else behind the answers. */
  void drain();

  /** The drain's time limit has passed. */
  void abortForDrain();

  /** Since when it waits for a request; {@link Long#MAX_VALUE} where it does not. */
  long idleSinceNanos();

  /** Tells of each request that is in flight here. */
  void describe(LoopState state);

  /** Called four times a second, and once where there are many. */
  void checkTimeouts(long nowNanos);
}
