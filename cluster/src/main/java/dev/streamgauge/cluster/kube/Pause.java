package dev.streamgauge.cluster.kube;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How long to wait before the next try: doubled each time, and never the same for everybody. */
final class Pause {
  private static final double JITTER = 0.5;

  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private int failures;

  Pause(Duration first, Duration longest, RandomGenerator random) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  void succeeded() {
    failures = 0;
  }

  /**
   * After a failure.
   *
   * @param asked what the server asked for, or null
   */
  Duration next(@Nullable Duration asked) {
    long nanos = Math.min(longest.toNanos(), first.toNanos() << Math.min(failures, 20));
    failures++;
    Duration jittered = jittered(Duration.ofNanos(nanos));
    return asked == null || jittered.compareTo(asked) >= 0 ? jittered : asked.plus(jittered);
  }

  /** Half of it to one and a half. */
  Duration jittered(Duration around) {
    double share = 1 - JITTER + 2 * JITTER * random.nextDouble();
    return Duration.ofNanos((long) (around.toNanos() * share));
  }
}
