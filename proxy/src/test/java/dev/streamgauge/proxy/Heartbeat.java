package dev.streamgauge.proxy;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A beat each 10 ms that remembers when it came late: on the proxy's event loop it tells what the
 * loop was kept from, on a thread that does nothing else what the whole process was kept from
 * (collector, scheduler, a busy machine). Stopped by its close.
 */
final class Heartbeat implements AutoCloseable {
  private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Less than this is the timer's own grain. */
  private static final long NOTED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * A beat that came late.
   *
   * @param ranNanos processor time of the thread since the beat before: what is missing to the time
   *     that passed it spent waiting for a processor, or for something else
   */
  record Late(long dueNanos, long cameNanos, long ranNanos) {
    static final Late NEVER = new Late(0, 0, 0);

    long nanos() {
      return cameNanos - dueNanos;
    }
  }

  private final ConcurrentLinkedQueue<Late> lates = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;
  private long dueNanos;
  private long ranBeforeNanos;

  private Heartbeat() {}

  static Heartbeat on(EventLoop loop) {
    Heartbeat heartbeat = new Heartbeat();
    loop.execute(() -> heartbeat.nextOn(loop));
    return heartbeat;
  }

  static Heartbeat ofTheProcess() {
    Heartbeat heartbeat = new Heartbeat();
    Thread.ofPlatform().daemon().name("heartbeat").start(heartbeat::onThread);
    return heartbeat;
  }

  /** The latest beat of those that were due or late between the two moments. */
  Late latest(long fromNanos, long toNanos) {
    Late latest = Late.NEVER;
    for (Late late : lates) {
      boolean between = late.cameNanos - fromNanos > 0 && late.dueNanos - toNanos < 0;
      if (between && late.nanos() > latest.nanos()) {
        latest = late;
      }
    }
    return latest;
  }

  private void nextOn(EventLoop loop) {
    dueNanos = System.nanoTime() + BEAT_NANOS;
    var _ =
        loop.schedule(
            () -> {
              came();
              if (!stopped) {
                nextOn(loop);
              }
            },
            BEAT_NANOS,
            TimeUnit.NANOSECONDS);
  }

  private void onThread() {
    while (!stopped) {
      dueNanos = System.nanoTime() + BEAT_NANOS;
      long left = BEAT_NANOS;
      while (left > 0) {
        LockSupport.parkNanos(left);
        left = dueNanos - System.nanoTime();
      }
      came();
    }
  }

  private void came() {
    long now = System.nanoTime();
    long ranNanos = THREADS.getCurrentThreadCpuTime();
    if (now - dueNanos >= NOTED_NANOS) {
      lates.add(new Late(dueNanos, now, ranNanos - ranBeforeNanos));
    }
    ranBeforeNanos = ranNanos;
  }

  @Override
  public void close() {
    stopped = true;
  }
}
