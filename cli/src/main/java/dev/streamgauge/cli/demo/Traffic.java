package dev.streamgauge.cli.demo;

import dev.streamgauge.timeline.Ticker;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Requests that come when they come, whether or not earlier ones are answered (open loop): at
 * random, with a mean rate. At most {@value #OPEN_MAX} are under way; what would be more is left
 * out.
 */
final class Traffic {
  private static final int OPEN_MAX = 500;

  private final Caller caller;
  private final double perSecond;
  private final Ticker ticker = Ticker.system();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Semaphore open = new Semaphore(OPEN_MAX);
  private final CountDownLatch stopped = new CountDownLatch(1);

  Traffic(InetSocketAddress proxy, double perSecond) {
    this.caller = new Caller(proxy);
    this.perSecond = perSecond;
  }

  void start() {
    Thread.ofPlatform().daemon().name("demo-traffic").start(this::run);
  }

  /** No further request begins. */
  void stop() {
    stopped.countDown();
  }

  private void run() {
    long nextNanos = ticker.nanos();
    try {
      while (!stopped.await(nextNanos - ticker.nanos(), TimeUnit.NANOSECONDS)) {
        nextNanos += Math.round(random.nextExponential() * 1e9 / perSecond);
        begin(random.split());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(SplittableRandom own) {
    if (!open.tryAcquire()) {
      return;
    }
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                caller.call(own);
              } finally {
                open.release();
              }
            });
  }
}
