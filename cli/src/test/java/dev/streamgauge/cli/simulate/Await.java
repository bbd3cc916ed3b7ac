package dev.streamgauge.cli.simulate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for a condition, with a deadline. */
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final long PAUSE_NANOS = 2_000_000;

  private Await() {}

  public static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + PATIENCE);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Until a number has not changed for a while. */
  public static void untilStable(LongSupplier number) {
    AtomicLong last = new AtomicLong(number.getAsLong());
    AtomicLong since = new AtomicLong(System.nanoTime());
    until(
        () -> {
          long now = number.getAsLong();
          if (last.getAndSet(now) != now) {
            since.set(System.nanoTime());
          }
          return System.nanoTime() - since.get() > QUIET.toNanos();
        });
  }
}
