package dev.streamgauge.telemetry.live;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which requests are drawn, at most {@link #MAX} and {@link #ENDED_MAX} that have just ended: one
 * that is drawn stays so until a moment after its end, so that its whole life is seen. Free places
 * go first to streams that have fallen silent, then to the newest. On the admin thread.
 */
final class DrawnLines {
  static final int MAX = 200;
  static final int ENDED_MAX = 100;

  /** A viewer that misses a few snapshots still learns of an end. */
  private static final long ENDED_SHOWN_NANOS = 1_000_000_000L;

  private final LiveBoard board;
  private final long stallNanos;
  private final Set<LiveLine> drawn = new LinkedHashSet<>();
  private int running;

  DrawnLines(LiveBoard board, long stallNanos) {
    this.board = board;
    this.stallNanos = stallNanos;
  }

  /** Forgets all, as nobody looks. */
  void clear() {
    drawn.forEach(line -> line.drawn = false);
    drawn.clear();
    running = 0;
  }

  /** In the order in which they got a place; valid until the next call. */
  Collection<LiveLine> look(long nowNanos) {
    drawn.removeIf(line -> gone(line, nowNanos));
    running = 0;
    for (LiveLine line : drawn) {
      running += line.ended() ? 0 : 1;
    }
    for (LoopLines loop : board.loops()) {
      addEnded(loop, nowNanos);
    }
    addRunning(nowNanos);
    return drawn;
  }

  /** Whether none has ended since the last look. */
  boolean sawAllEnds() {
    for (LoopLines loop : board.loops()) {
      if (loop.endedCount() != loop.endedSeen) {
        return false;
      }
    }
    return true;
  }

  /** Requests in flight that are not drawn. */
  int leftOut() {
    return Math.max(0, board.inFlight() - running);
  }

  private static boolean gone(LiveLine line, long nowNanos) {
    Long ended = line.endedNanos();
    return ended != null && nowNanos - ended > ENDED_SHOWN_NANOS;
  }

  private void addEnded(LoopLines loop, long nowNanos) {
    long count = loop.endedCount();
    for (long i = Math.max(loop.endedSeen, count - LoopLines.ENDED_KEPT); i < count; i++) {
      LiveLine line = loop.ended(i);
      boolean room = drawn.size() - running < ENDED_MAX;
      if (room && line != null && !line.drawn && !gone(line, nowNanos)) {
        add(line);
      }
    }
    loop.endedSeen = count;
  }

  private void addRunning(long nowNanos) {
    int room = MAX - running;
    if (room <= 0) {
      return;
    }
    PriorityQueue<LiveLine> best = new PriorityQueue<>(leastFirst(nowNanos));
    for (LoopLines loop : board.loops()) {
      int used = loop.used();
      for (int place = 0; place < used; place++) {
        LiveLine line = loop.at(place);
        if (line != null && !line.drawn && !line.ended()) {
          best.add(line);
          if (best.size() > room) {
            best.remove();
          }
        }
      }
    }
    running += best.size();
    best.stream().sorted(Comparator.comparingLong(LiveLine::receivedNanos)).forEach(this::add);
  }

  private Comparator<LiveLine> leastFirst(long nowNanos) {
    return Comparator.comparing((LiveLine line) -> line.silentFor(stallNanos, nowNanos))
        .thenComparing((a, b) -> Long.signum(a.receivedNanos() - b.receivedNanos()));
  }

  private void add(LiveLine line) {
    line.drawn = true;
    drawn.add(line);
  }
}
