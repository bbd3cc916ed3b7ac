package dev.streamgauge.proxy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Requests a second, over the last five to ten seconds. Any thread; no lock. */
final class RequestRate {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final double NANOS_PER_SECOND = 1e9;

  private final LongAdder count = new LongAdder();
  private final AtomicReference<Windows> windows;

  /** Since when is counted, what the count was then, and the same of the window before. */
  private record Windows(long sinceNanos, long sinceCount, long beforeNanos, long beforeCount) {}

  RequestRate(long nowNanos) {
    windows = new AtomicReference<>(new Windows(nowNanos, 0, nowNanos, 0));
  }

  void count() {
    count.increment();
  }

  /** Time goes on; to be told several times a second. */
  void advance(long nowNanos) {
    Windows now = windows.get();
    if (nowNanos - now.sinceNanos() >= WINDOW_NANOS) {
      // Of several threads the first moves it on.
      var _ =
          windows.compareAndSet(
              now, new Windows(nowNanos, count.sum(), now.sinceNanos(), now.sinceCount()));
    }
  }

  /** Null in the first five seconds. */
  @Nullable Double perSecond(long nowNanos) {
    Windows now = windows.get();
    long nanos = nowNanos - now.beforeNanos();
    return nanos < WINDOW_NANOS
        ? null
        : (Double) ((count.sum() - now.beforeCount()) * NANOS_PER_SECOND / nanos);
  }
}
