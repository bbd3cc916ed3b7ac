package dev.streamgauge.gpu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock that stands until the test moves it. */
public final class TestClock implements SamplerClock {
  private final List<Long> sleepers = new ArrayList<>();
  private long nowNanos = Duration.ofDays(1).toNanos();

  @Override
  public synchronized long nanos() {
    return nowNanos;
  }

  @Override
  public synchronized void await(long nanos) throws InterruptedException {
    Long untilNanos = nowNanos + nanos;
    sleepers.add(untilNanos);
    notifyAll();
    try {
      while (nowNanos < untilNanos) {
        wait();
      }
    } finally {
      sleepers.remove(untilNanos);
    }
  }

  /**
   * Returns when so many threads have done what there was to do by now, and sleep: who moves the
   * clock in a loop without it makes a look that was held up seem to have taken minutes.
   */
  public synchronized void awaitSleepers(int threads) throws InterruptedException {
    while (sleepers.stream().filter(untilNanos -> untilNanos > nowNanos).count() < threads) {
      wait();
    }
  }

  public synchronized void advance(Duration by) {
    nowNanos += by.toNanos();
    notifyAll();
  }
}
