package dev.streamgauge.cli.simulate;

import dev.streamgauge.timeline.Ticker;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One firing at a time, at an absolute point: what one comes late does not delay the next. */
final class DeadlineTimer {
  private final EventExecutor executor;
  private final Ticker ticker;
  private final Runnable task;
  private @Nullable Future<?> pending;

  DeadlineTimer(EventExecutor executor, Ticker ticker, Runnable task) {
    this.executor = executor;
    this.ticker = ticker;
    this.task = task;
  }

  /** In place of a firing that is still to come. */
  void at(long nanos) {
    cancel();
    long delayNanos = Math.max(0, nanos - ticker.nanos());
    pending = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
  }

  void cancel() {
    Future<?> future = pending;
    if (future != null) {
      future.cancel(false);
      pending = null;
    }
  }
}
