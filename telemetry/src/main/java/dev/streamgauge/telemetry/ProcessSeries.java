package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.Families.Reading;
import dev.streamgauge.telemetry.LiveMetrics.MemoryKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How the process itself is. Any thread. */
final class ProcessSeries {
  private final AtomicLong clients = new AtomicLong();
  private final LongAdder stuck = new LongAdder();
  private volatile Double direct = 0.0;

  /** Null until it is known. */
  private volatile @Nullable Double heap;

  ProcessSeries(Families families) {
    families.gauge("client_connections", "Clients' connections that are open.", clients::get);
    families.counted(
        "event_loop_stuck_total",
        "How often a data thread was seen to stand still for more than a second.",
        stuck::sum);
    families.gauge(
        "memory_used_ratio",
        "How full memory is: direct = buffers in use, heap = what the last whole collection left"
            + " (absent before the first); from --memory-guard on new requests are refused.",
        "kind",
        this::memory);
  }

  void clientConnections(int change) {
    clients.addAndGet(change);
  }

  void eventLoopStuck() {
    stuck.increment();
  }

  void memoryUsed(MemoryKind kind, double ratio) {
    switch (kind) {
      case HEAP -> heap = ratio;
      case DIRECT -> direct = ratio;
    }
  }

  private Iterable<Reading> memory() {
    List<Reading> known = new ArrayList<>(2);
    add(known, "direct", direct);
    add(known, "heap", heap);
    return known;
  }

  private static void add(List<Reading> known, String kind, @Nullable Double ratio) {
    if (ratio != null) {
      known.add(new Reading(kind, ratio));
    }
  }
}
