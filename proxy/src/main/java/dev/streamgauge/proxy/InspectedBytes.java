package dev.streamgauge.proxy;

/**
 * What the requests of one event loop hold of bodies that are looked at and not yet whole. Each may
 * hold 64 KiB of heap: four hundred that nobody takes would fill it sooner than {@link MemoryGuard}
 * sees it. So all together may hold an eighth of the heap; past that a body is looked at no
 * further.
 */
final class InspectedBytes {
  private final long bytesMax;
  private long bytes;

  InspectedBytes(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Of one of so many event loops. */
  static InspectedBytes ofLoop(int loops) {
    return new InspectedBytes(UnfinishedHeads.bytesMax(loops));
  }

  /** Whether so many more may be held. */
  boolean take(int more) {
    if (more > bytesMax - bytes) {
      return false;
    }
    bytes += more;
    return true;
  }

  /** So many are held no more. */
  void giveBack(int held) {
    bytes -= held;
  }

  long bytes() {
    return bytes;
  }
}
