package dev.streamgauge.telemetry.live;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Phase;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight on one event loop, which alone writes here; any thread looks. Each has a
 * place, up to a limit: past it requests are counted and cannot be drawn. What ended last is kept
 * for a moment, so that a request shorter than the time between two looks is seen, too.
 */
public final class LoopLines {
  static final int LINES_MAX = 4096;
  static final int ENDED_KEPT = 64;

  /** Numbers of different loops never meet, and all are whole in a double. */
  private static final int NUMBER_BITS = 45;

  private final AtomicReferenceArray<@Nullable LiveLine> places =
      new AtomicReferenceArray<>(LINES_MAX);
  private final AtomicReferenceArray<@Nullable LiveLine> ended =
      new AtomicReferenceArray<>(ENDED_KEPT);

  /** Places that were ever taken: no look has to go further. */
  private final AtomicInteger used = new AtomicInteger();

  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong endedCount = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();

  // the loop's own
  private final int[] free = new int[LINES_MAX];
  private int freeCount;
  private long number;

  /** How many of those that ended the admin thread has seen; its own. */
  long endedSeen;

  LoopLines(int loop) {
    this.number = (long) loop << NUMBER_BITS;
  }

  // ---- the event loop

  /** A request begins; its line's end gives the place back. */
  public LiveLine open(long receivedNanos, Operation operation, Phase phase) {
    LiveLine line = new LiveLine(this, number++, takePlace(), receivedNanos, operation, phase);
    if (line.slot >= 0) {
      places.lazySet(line.slot, line);
    }
    inFlight.lazySet(inFlight.getPlain() + 1);
    return line;
  }

  private int takePlace() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    int next = used.getPlain();
    if (next == LINES_MAX) {
      return -1;
    }
    used.lazySet(next + 1);
    return next;
  }

  void close(LiveLine line) {
    if (line.slot >= 0) {
      places.lazySet(line.slot, null);
      free[freeCount++] = line.slot;
    }
    long count = endedCount.getPlain();
    ended.lazySet((int) (count % ENDED_KEPT), line);
    endedCount.lazySet(count + 1);
    inFlight.lazySet(inFlight.getPlain() - 1);
  }

  void countTokens(int events) {
    tokens.lazySet(tokens.getPlain() + events);
  }

  // ---- any thread

  /** Past those that have a place, too. */
  int inFlight() {
    return inFlight.get();
  }

  /** Token events of all requests ever. */
  long tokens() {
    return tokens.get();
  }

  /** How many places to look at. */
  int used() {
    return used.get();
  }

  @Nullable LiveLine at(int place) {
    return places.get(place);
  }

  long endedCount() {
    return endedCount.get();
  }

  /** Of those that ended, by their number from 0; one of the last {@link #ENDED_KEPT}. */
  @Nullable LiveLine ended(long index) {
    return ended.get((int) (index % ENDED_KEPT));
  }
}
