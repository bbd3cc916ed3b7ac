package dev.streamgauge.proxy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a wait is over; a null limit never is. */
final class Timeouts {
  private Timeouts() {}

  static boolean passed(@Nullable Duration limit, long sinceNanos, long nowNanos) {
    return limit != null && nowNanos - sinceNanos >= limit.toNanos();
  }
}
