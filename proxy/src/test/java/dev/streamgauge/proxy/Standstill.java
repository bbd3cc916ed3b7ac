package dev.streamgauge.proxy;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Waits until a count that had begun to grow grows no more. */
final class Standstill {
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private long last;
  private long sinceNanos = System.nanoTime();

  private Standstill() {}

  static void await(String what, LongSupplier count) {
    Standstill seen = new Standstill();
    TestProxy.await(what, () -> seen.reached(count.getAsLong()));
  }

  private boolean reached(long now) {
    if (now != last) {
      last = now;
      sinceNanos = System.nanoTime();
    }
    return now > 0 && System.nanoTime() - sinceNanos > QUIET_NANOS;
  }
}
