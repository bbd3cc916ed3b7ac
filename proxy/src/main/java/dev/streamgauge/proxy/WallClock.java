package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Ticker;
import java.time.Instant;

/**
 * The one place that reads the wall clock: ties monotonic stamps to it by an anchor, which is taken
 * anew each minute so that a corrected clock is followed. Thread-safe.
 */
final class WallClock {
  private static final long RENEWED_AFTER_NANOS = 60_000_000_000L;

  private record Anchor(long nanos, Instant instant) {}

  private final Ticker ticker;
  private volatile Anchor anchor;

  WallClock(Ticker ticker) {
    this.ticker = ticker;
    this.anchor = take();
  }

  Instant at(long nanos) {
    Anchor current = anchor;
    if (nanos - current.nanos() > RENEWED_AFTER_NANOS) {
      current = take();
      anchor = current;
    }
    return current.instant().plusNanos(nanos - current.nanos());
  }

  private Anchor take() {
    return new Anchor(ticker.nanos(), Instant.now());
  }
}
