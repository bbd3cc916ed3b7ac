package dev.streamgauge.gpu;

import java.time.Duration;

/** A clock that stands until the test moves it. */
public final class TestClock implements SamplerClock {
  private long nowNanos = Duration.ofDays(1).toNanos();

  @Override
  public synchronized long nanos() {
    return nowNanos;
  }

  @Override
  public synchronized void await(long nanos) throws InterruptedException {
    long untilNanos = nowNanos + nanos;
    while (nowNanos < untilNanos) {
      wait();
    }
  }

  public synchronized void advance(Duration by) {
    nowNanos += by.toNanos();
    notifyAll();
  }
}
