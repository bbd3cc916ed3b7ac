package dev.streamgauge.proxy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread that looks at the event loops from outside: whether they run, how much memory is left,
 * and what they are at. The last stands in the name of a thread that does nothing: so it is part of
 * the thread dump that the JVM writes at SIGQUIT, whatever is stuck then (adr/0014).
 */
final class Overseer implements AutoCloseable {
  /** Of {@link Watchdog#INTERVAL_NANOS}: once a second. */
  private static final int LOOKS_A_STATE = 10;

  private final Watchdog watchdog;
  private final ProcessState state;
  private final Shared shared;
  private final Consumer<String> log;
  private final Thread looking;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread sign;
  private final Seldom lines = new Seldom(TimeUnit.MINUTES.toNanos(1));
  private int looks;

  Overseer(Watchdog watchdog, ProcessState state, Shared shared, Consumer<String> log) {
    this.watchdog = watchdog;
    this.state = state;
    this.shared = shared;
    this.log = log;
    this.looking = Thread.ofPlatform().daemon().name("watchdog").unstarted(this::lookOnAndOn);
    this.sign = Thread.ofPlatform().daemon().name("state").unstarted(this::stand);
  }

  void start() {
    looking.start();
    sign.start();
  }

  /** By itself: what runs ten times a second is never compiled, and an executor is much code. */
  private void lookOnAndOn() {
    try {
      while (!closed.await(Watchdog.INTERVAL_NANOS, TimeUnit.NANOSECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stand() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    try {
      long now = shared.nanos();
      watchdog.look(now);
      shared.guard().look(now);
      if (looks++ % LOOKS_A_STATE == 0) {
        sign.setName(state.text());
      }
    } catch (RuntimeException e) {
      // a fault of ours may not end the looking
      if (lines.now(shared.nanos())) {
        log.accept("streamgauge: the watchdog failed: " + e.getClass().getSimpleName());
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
