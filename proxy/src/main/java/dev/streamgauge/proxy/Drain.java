package dev.streamgauge.proxy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** How many requests are in flight, and whether new ones are still wanted. Thread-safe. */
final class Drain {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  /** A request begins; false if nothing was in flight during a drain: it is refused then. */
  boolean enter() {
    int now = inFlight.incrementAndGet();
    if (draining && (now == 1 || drained.isDone())) {
      leave();
      return false;
    }
    return true;
  }

  void leave() {
    if (inFlight.decrementAndGet() == 0 && draining) {
      drained.complete(null);
    }
  }

  /** From now on connections are closed behind their request. Idempotent. */
  CompletableFuture<Void> start() {
    draining = true;
    if (inFlight.get() == 0) {
      drained.complete(null);
    }
    return drained;
  }

  boolean draining() {
    return draining;
  }

  int inFlight() {
    return inFlight.get();
  }
}
