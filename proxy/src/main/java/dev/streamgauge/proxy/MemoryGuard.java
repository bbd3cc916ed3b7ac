package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.LiveMetrics.MemoryKind;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says whether memory is so scarce that no new request may begin: out of heap the process would
 * end, and all streams with it. One thread looks; event loops read one volatile field.
 */
final class MemoryGuard {
  /** What a refused request is told. */
  static final String REFUSAL = "memory is scarce";

  /**
   * Where no chunk can be had any more and so much of those that are there is in use, what is free
   * lies scattered: 64 KiB in one piece may not be found at 0.7.
   */
  static final double SCATTERED_RATIO = 0.6;

  /** New requests are taken again when so much less than the threshold is in use. */
  static final double HYSTERESIS_RATIO = 0.1;

  private static final long COLLECTION_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The pools are gone through so often where the threshold is far: it is interpreted code. */
  private static final long DIRECT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long LINES_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Memory memory;
  private final @Nullable Double thresholdRatio;
  private final HeapRoom room;
  private final LiveMetrics live;
  private final Seldom lines;
  private final Seldom fullLines;
  private final Consumer<String> log;
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean refusing;
  private volatile double directRatio;
  private volatile @Nullable Double heapRatio;
  private boolean readBefore;
  private long directReadNanos;
  private boolean told;
  private long lookedForNanos;

  /**
   * Refuses nothing yet.
   *
   * @param thresholdRatio null: refuses nothing ever
   */
  MemoryGuard(
      Memory memory,
      @Nullable Double thresholdRatio,
      HeapRoom room,
      LiveMetrics live,
      Consumer<String> log) {
    this.memory = memory;
    this.room = room;
    this.thresholdRatio = thresholdRatio;
    this.live = live;
    this.log = log;
    this.lines = new Seldom(LINES_NANOS);
    this.fullLines = new Seldom(LINES_NANOS);
  }

  /** Whether a request that begins now is to be refused; if so, counts that. Any thread. */
  boolean refuses() {
    if (!room.full() && !scarceNow()) {
      return false;
    }
    live.limitHit(Limit.MEMORY);
    refused.incrementAndGet();
    return true;
  }

  /**
   * Whether memory is scarce at this moment: between two looks more can come than there is room
   * for. Any thread.
   */
  boolean scarceNow() {
    Double threshold = thresholdRatio;
    if (refusing || threshold == null) {
      return refusing;
    }
    if (memory.directRatioMost() < threshold) {
      return false;
    }
    double most = memory.directExhausted() ? Math.min(threshold, SCATTERED_RATIO) : threshold;
    return memory.directRatio() >= most;
  }

  /** Whether new requests are refused now. Any thread. */
  boolean refusing() {
    return refusing || room.full();
  }

  /** What connections and requests may take of the heap. Any thread. */
  HeapRoom room() {
    return room;
  }

  /** Called at short intervals by one thread. */
  void look(long nowNanos) {
    Double threshold = thresholdRatio;
    readHeap();
    boolean near = refusing || (threshold != null && memory.directRatioMost() >= threshold);
    if (near || !readBefore || nowNanos - directReadNanos >= DIRECT_NANOS) {
      readBefore = true;
      directReadNanos = nowNanos;
      directRatio = memory.directRatio();
      live.memoryUsed(MemoryKind.DIRECT, directRatio);
    }
    if (threshold == null) {
      return;
    }
    if (room.full() && fullLines.now(nowNanos)) {
      log.accept("streamgauge: the heap has no room for more requests at once: 503 (-Xmx)");
    }
    double direct = directRatio;
    Double heap = heapRatio;
    double most = heap == null ? direct : Math.max(direct, heap);
    if (refusing) {
      whileRefusing(most, heap, threshold, nowNanos);
    } else if (most >= threshold) {
      refusing = true;
      lookedForNanos = nowNanos;
      told = lines.now(nowNanos);
      tell("memory is scarce (" + text(direct, heap) + "): new requests are refused with 503");
    }
  }

  private void readHeap() {
    Double heap = memory.heapRatio();
    if (heap != null && !heap.equals(heapRatio)) {
      live.memoryUsed(MemoryKind.HEAP, heap);
    }
    heapRatio = heap;
  }

  private void whileRefusing(double most, @Nullable Double heap, double threshold, long nowNanos) {
    double again = threshold - HYSTERESIS_RATIO;
    if (most < again) {
      refusing = false;
      tell("there is memory again; requests refused meanwhile: " + refused.getAndSet(0));
    } else if (heap != null && heap >= again && nowNanos - lookedForNanos >= COLLECTION_NANOS) {
      // what was freed since the last whole collection shows only in the next one
      lookedForNanos = nowNanos;
      memory.collect();
    }
  }

  /** The last reading, in words. Any thread. */
  String text() {
    return text(directRatio, heapRatio) + (refusing ? ", scarce: new requests are refused" : "");
  }

  private void tell(String what) {
    if (told) {
      log.accept("streamgauge: " + what);
    }
  }

  private static String text(double direct, @Nullable Double heap) {
    String buffers = "buffers " + percent(direct);
    return heap == null ? buffers : "heap " + percent(heap) + ", " + buffers;
  }

  private static String percent(double ratio) {
    return Math.round(ratio * 100) + " %";
  }
}
