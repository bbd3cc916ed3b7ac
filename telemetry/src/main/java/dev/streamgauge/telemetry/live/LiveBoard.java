package dev.streamgauge.telemetry.live;

import dev.streamgauge.telemetry.RecordRing;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestRecord;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Where event loops and the admin thread meet for the live page: a line for each request in flight,
 * and finished requests on their way into the history. Whatever happens to the one who looks, a
 * loop waits for nothing: records that find no room are counted and left out of the history.
 */
public final class LiveBoard implements RecordSink {
  /** Until the admin thread takes them, once a second or more often. */
  static final int RECORDS_MAX = 4096;

  private final RecordRing records = new RecordRing(RECORDS_MAX);
  private final LongAdder missed = new LongAdder();
  private final List<LoopLines> loops = new CopyOnWriteArrayList<>();

  /** For one more event loop; before it serves. */
  public LoopLines addLoop() {
    LoopLines lines = new LoopLines(loops.size());
    loops.add(lines);
    return lines;
  }

  @Override
  public void accept(RequestRecord record) {
    if (!records.put(record)) {
      missed.increment();
    }
  }

  /** The one who looks. */
  void drain(Consumer<RequestRecord> into) {
    for (int i = 0; i <= RECORDS_MAX; i++) {
      RequestRecord record = records.take();
      if (record == null) {
        return;
      }
      into.accept(record);
    }
  }

  /** Requests that are in no history. */
  long missed() {
    return missed.sum();
  }

  List<LoopLines> loops() {
    return loops;
  }

  /** By phase, how long the one that waits longest has waited; 0 where none waits. */
  public Map<Phase, Long> longestWaitsNanos(long nowNanos) {
    Map<Phase, Long> longest = new EnumMap<>(Phase.class);
    for (LoopLines loop : loops) {
      for (int place = 0; place < loop.used(); place++) {
        LiveLine line = loop.at(place);
        if (line != null) {
          longest.merge(line.phase(), line.waitedNanos(nowNanos), Math::max);
        }
      }
    }
    return longest;
  }

  int inFlight() {
    int sum = 0;
    for (LoopLines loop : loops) {
      sum += loop.inFlight();
    }
    return sum;
  }

  /** Token events of all requests ever. */
  long tokens() {
    long sum = 0;
    for (LoopLines loop : loops) {
      sum += loop.tokens();
    }
    return sum;
  }
}
