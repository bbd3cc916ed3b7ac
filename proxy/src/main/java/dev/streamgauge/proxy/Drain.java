package dev.streamgauge.proxy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How many requests are in flight, and whether new ones are still wanted. Thread-safe. */
final class Drain {
  private final AtomicInteger inFlight = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private final AtomicBoolean begun = new AtomicBoolean();
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

  /** From now on connections are closed behind their request; false if that was so before. */
  boolean begin() {
    if (!begun.compareAndSet(false, true)) {
      return false;
    }
    draining = true;
    if (inFlight.get() == 0) {
      drained.complete(null);
    }
    return true;
  }

  /** Complete when nothing is in flight, once a drain has begun. */
  CompletableFuture<Void> drained() {
    return drained;
  }

  boolean draining() {
    return draining;
  }

  int inFlight() {
    return inFlight.get();
  }
}
