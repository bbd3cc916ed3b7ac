package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.live.LiveBoard;
import dev.streamgauge.telemetry.live.LiveView;
import dev.streamgauge.timeline.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes the events of the live page, once for all who look, while somebody does: at most four
 * snapshots a second, fewer where they would take more than a hundredth of a processor, and one a
 * second while nothing is in flight. A viewer that has not taken the last ones misses some; nothing
 * waits for it. On the admin thread.
 */
final class AdminLive {
  static final int VIEWERS_MAX = 20;

  static final long SNAPSHOT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So that making and sending comes to a hundredth of a processor. */
  private static final int TIMES_ITS_DURATION = 100;

  /** Whoever has taken nothing for so long has gone. */
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long UPSTREAM_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LiveView view;
  private final AdminLiveFacts facts;
  private final Readiness readiness;
  private final EventExecutor thread;
  private final Ticker ticker;
  private final Set<Seat> viewers = new LinkedHashSet<>();
  private long summaryNanos;
  private long triedNanos;
  private boolean closed;
  private boolean failed;

  /** Somebody who looks. */
  interface Viewer {
    /** Takes ownership; {@code taken} runs on this thread when the socket has taken all of it. */
    void send(ByteBuf events, Runnable taken);

    void close();
  }

  AdminLive(
      LiveBoard board,
      Telemetry telemetry,
      AdminLiveFacts facts,
      Readiness readiness,
      EventExecutor thread,
      Ticker ticker) {
    this.view = new LiveView(board, telemetry, facts, ticker.nanos());
    this.facts = facts;
    this.readiness = readiness;
    this.thread = thread;
    this.ticker = ticker;
  }

  /** From now on the history is kept. */
  void start() {
    thread.execute(this::tick);
  }

  void close() {
    thread.execute(() -> closed = true);
  }

  boolean full() {
    return viewers.size() >= VIEWERS_MAX;
  }

  /** The first events are sent at once, and others follow until {@link Seat#leave}. */
  Seat join(Viewer viewer) {
    return new Seat(viewer);
  }

  private void tick() {
    if (closed) {
      return;
    }
    long began = ticker.nanos();
    try {
      advance(began);
    } catch (RuntimeException fault) {
      complain(fault);
    }
    long took = ticker.nanos() - began;
    long pause = viewers.isEmpty() ? SLOW_NANOS : SNAPSHOT_NANOS;
    long fair = Math.min(SLOW_NANOS, TIMES_ITS_DURATION * took);
    var _ = thread.schedule(this::tick, Math.max(pause, fair) - took, TimeUnit.NANOSECONDS);
  }

  /** Once: what follows may be right again. */
  private void complain(RuntimeException fault) {
    if (!failed) {
      failed = true;
      System.err.println("streamgauge: live page: " + fault);
    }
  }

  private void advance(long now) {
    boolean rowClosed = view.advance(now);
    boolean moves = rowClosed || !view.idle();
    if (viewers.isEmpty() || (!moves && now - summaryNanos < SLOW_NANOS)) {
      return;
    }
    tryUpstream(now);
    byte[] snapshot = view.snapshot(now);
    byte[] summary = {};
    if (now - summaryNanos >= SLOW_NANOS) {
      summaryNanos = now;
      summary = view.summary(now);
    }
    byte[] row = rowClosed ? view.row() : new byte[0];
    ByteBuf events = outsideTheHeap(row, summary, snapshot);
    for (Seat seat : List.copyOf(viewers)) {
      seat.offer(events, rowClosed, now);
    }
    events.release();
  }

  /** So that nothing is copied for each of those who look. */
  private static ByteBuf outsideTheHeap(byte[]... parts) {
    int bytes = 0;
    for (byte[] part : parts) {
      bytes += part.length;
    }
    ByteBuf all = ByteBufAllocator.DEFAULT.directBuffer(bytes);
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all;
  }

  /** Whether it accepts is looked at while somebody wants to know. */
  private void tryUpstream(long now) {
    if (now - triedNanos >= UPSTREAM_NANOS) {
      triedNanos = now;
      var _ = readiness.look().thenAccept(accepts -> thread.execute(() -> facts.tried(accepts)));
    }
  }

  /** A viewer's place. */
  final class Seat {
    private final Viewer viewer;
    private int untaken;
    private long takenNanos;
    private boolean missedRow;

    private Seat(Viewer viewer) {
      this.viewer = viewer;
      this.takenNanos = ticker.nanos();
      viewers.add(this);
      long now = takenNanos;
      if (viewers.size() == 1) {
        facts.tried(null);
        triedNanos = now - UPSTREAM_NANOS;
      }
      send(
          Unpooled.wrappedBuffer(
              view.hello(now), view.history(), view.summary(now), view.snapshot(now)));
    }

    void leave() {
      viewers.remove(this);
      if (viewers.isEmpty()) {
        view.unwatched();
      }
    }

    /** Observes the events. */
    private void offer(ByteBuf events, boolean withRow, long now) {
      if (untaken > 0) {
        missedRow |= withRow;
        if (now - takenNanos > STUCK_NANOS) {
          viewer.close();
        }
        return;
      }
      if (missedRow) {
        missedRow = false;
        send(
            Unpooled.wrappedBuffer(
                Unpooled.wrappedBuffer(view.history()), events.retainedDuplicate()));
      } else {
        send(events.retainedDuplicate());
      }
    }

    /** Takes ownership. */
    private void send(ByteBuf events) {
      untaken++;
      viewer.send(events, this::taken);
    }

    private void taken() {
      untaken--;
      takenNanos = ticker.nanos();
    }
  }
}
