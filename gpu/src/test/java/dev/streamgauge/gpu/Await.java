package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does. */
public final class Await {
  private static final long LOOKED_AT_NANOS = Duration.ofMillis(2).toNanos();

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("until " + what).isLessThan(deadlineNanos);
      LockSupport.parkNanos(LOOKED_AT_NANOS);
    }
  }
}
