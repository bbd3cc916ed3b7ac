package dev.streamgauge.bench.load;

import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Writes all streams of an upstream at one fixed rate, in a thread of its own. */
final class Pacer implements AutoCloseable {
  private static final long IDLE_NANOS = 1_000_000;

  /** A stream; called by the pacer alone. */
  interface Paced {
    /** The head, and what stands before the first token. */
    void begin() throws IOException;

    /** The next event; false if it was the last. */
    boolean proceed(long nowNanos) throws IOException;
  }

  /** A stream and when its next event is due. */
  private static final class Turn {
    final Paced stream;
    long dueNanos;

    Turn(Paced stream) {
      this.stream = stream;
    }
  }

  private final Ticker ticker = Ticker.system();
  private volatile long periodNanos;
  private final Queue<Turn> asked = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();
  private final Thread thread;
  private volatile boolean closed;

  Pacer(double eventsPerSecond) {
    pace(eventsPerSecond);
    thread = Thread.ofPlatform().daemon().name("upstream-pacer").start(this::pace);
  }

  /** While no stream is open: all have the same period. */
  void pace(double eventsPerSecond) {
    periodNanos = (long) (1e9 / eventsPerSecond);
  }

  /** Streams that are being written. */
  int open() {
    return open.get();
  }

  void add(Paced stream) {
    open.incrementAndGet();
    asked.add(new Turn(stream));
    LockSupport.unpark(thread);
  }

  /** All streams have the same period, so a plain queue is in order of what is due. */
  private void pace() {
    ArrayDeque<Turn> waiting = new ArrayDeque<>();
    while (!closed) {
      long now = ticker.nanos();
      for (Turn begun = asked.poll(); begun != null; begun = asked.poll()) {
        begin(begun, waiting, now);
      }
      Turn next = waiting.peek();
      if (next == null) {
        LockSupport.parkNanos(this, IDLE_NANOS);
      } else if (next.dueNanos > now) {
        LockSupport.parkNanos(this, next.dueNanos - now);
      } else {
        proceed(waiting.remove(), waiting);
      }
    }
  }

  private void begin(Turn turn, ArrayDeque<Turn> waiting, long now) {
    try {
      turn.stream.begin();
      turn.dueNanos = now + periodNanos;
      waiting.add(turn);
    } catch (IOException e) {
      open.decrementAndGet();
    }
  }

  private void proceed(Turn turn, ArrayDeque<Turn> waiting) {
    boolean more = false;
    try {
      more = turn.stream.proceed(ticker.nanos());
    } catch (IOException e) {
      // The other side left, as it does at the end of each round.
    }
    if (more) {
      turn.dueNanos += periodNanos;
      waiting.add(turn);
    } else {
      open.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
