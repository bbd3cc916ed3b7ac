package dev.streamgauge.proxy;

import dev.streamgauge.config.Observe;
import dev.streamgauge.telemetry.LiveMetrics;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which requests are read, and not only relayed: what {@code --observe} said, until the admin port
 * says something else. A request that has begun stays what it is. Thread-safe.
 */
final class Observation {
  private final LiveMetrics live;
  private volatile Observe now;

  Observation(Observe first, LiveMetrics live) {
    this.live = live;
    this.now = first;
    live.observed(first.ratio());
  }

  Observe now() {
    return now;
  }

  void change(Observe next) {
    now = next;
    live.observed(next.ratio());
  }

  /** Whether one more request is. */
  boolean takes() {
    double ratio = now.ratio();
    return ratio == 1 || (ratio > 0 && ThreadLocalRandom.current().nextDouble() < ratio);
  }
}
