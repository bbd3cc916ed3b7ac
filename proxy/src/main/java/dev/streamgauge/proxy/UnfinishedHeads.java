package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Heads of requests of which a part was read and the end is missing; on one event loop. Each may
 * hold as much heap as a head may be large, and waits for {@code --request-head-timeout}: five
 * hundred of 64 KiB would fill it. So all together may hold an eighth of it, and past that the one
 * that has been unfinished for the longest makes room. A head that comes whole is none of these.
 */
final class UnfinishedHeads {
  private static final int SHARE_OF_HEAP = 8;

  /** Of each loop, however large the heap is. */
  private static final long BYTES_MAX = 16 * 1024 * 1024;

  /** Who holds one. */
  interface Holder {
    /** Gives it up, and frees what it holds. */
    void makeRoom();
  }

  private final long bytesMax;
  private final LiveMetrics live;
  private final Map<Holder, Integer> held = new LinkedHashMap<>();
  private long bytes;

  UnfinishedHeads(long bytesMax, LiveMetrics live) {
    this.bytesMax = bytesMax;
    this.live = live;
  }

  /** Of one of so many event loops. */
  static UnfinishedHeads ofLoop(int loops, LiveMetrics live) {
    return new UnfinishedHeads(bytesMax(loops), live);
  }

  static long bytesMax(int loops) {
    return Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP / loops);
  }

  /** Holds so much of a head now; again when that has grown. */
  void holds(Holder holder, int heldBytes) {
    Integer before = held.put(holder, heldBytes);
    bytes += heldBytes - (before == null ? 0 : before);
    while (bytes > bytesMax) {
      Holder longest = held.keySet().iterator().next();
      let(longest);
      live.limitHit(Limit.MEMORY);
      longest.makeRoom();
    }
  }

  /** Its head is whole, or given up. */
  void let(Holder holder) {
    Integer before = held.remove(holder);
    if (before != null) {
      bytes -= before;
    }
  }

  long bytes() {
    return bytes;
  }
}
