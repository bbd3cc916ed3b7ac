package dev.streamgauge.bench.load;

import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** What the clients of one load note while they read; on the one thread that reads. */
final class Delays {
  private final Ticker ticker = Ticker.system();
  private final Selector selector;
  private final Consumer<SelectionKey> ready;
  private long[] delaysNanos = new long[1 << 16];
  private int delays;
  private long readNanos;
  private boolean measuring;
  private long answers;

  /** A client that asks in a thread of its own counts there, too. */
  private final AtomicLong errors = new AtomicLong();

  /**
   * @param ready reads what a key has, behind {@link #readNow}
   */
  Delays(Consumer<SelectionKey> ready) throws IOException {
    this.selector = Selector.open();
    this.ready = ready;
  }

  Selector selector() {
    return selector;
  }

  long nanos() {
    return ticker.nanos();
  }

  Round measure(double seconds) throws IOException {
    delays = 0;
    measuring = true;
    long start = ticker.nanos();
    readUntil(start + (long) (seconds * 1e9));
    measuring = false;
    double measuredSeconds = (ticker.nanos() - start) / 1e9;
    return new Round(new Round.Sorted(delaysNanos, delays), measuredSeconds, answers, errors.get());
  }

  void readUntil(long endNanos) throws IOException {
    long leftNanos = endNanos - ticker.nanos();
    while (leftNanos > 0) {
      selector.select(ready, Math.max(1, leftNanos / 1_000_000));
      leftNanos = endNanos - ticker.nanos();
    }
  }

  /** A read came just now. */
  void readNow() {
    readNanos = ticker.nanos();
  }

  /** A token event of that read, as old as the time since its stamp. */
  void token(long stampNanos) {
    if (!measuring) {
      return;
    }
    if (delays == delaysNanos.length) {
      delaysNanos = Arrays.copyOf(delaysNanos, 2 * delays);
    }
    delaysNanos[delays++] = readNanos - stampNanos;
  }

  long readNanos() {
    return readNanos;
  }

  void answered(boolean right) {
    answers++;
    if (!right) {
      errors.incrementAndGet();
    }
  }

  /** Not opened again: an error shows in the count of events, too. */
  void failed() {
    errors.incrementAndGet();
  }
}
