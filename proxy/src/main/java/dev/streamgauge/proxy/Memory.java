package dev.streamgauge.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** How full this process' memory is, as shares of what it may take. */
interface Memory {
  /** Buffers outside the heap that are in use. */
  double directRatio();

  /** What the last whole collection left of the heap; null before the first one. */
  @Nullable Double heapRatio();

  /** Collects, so that {@link #heapRatio} is news; stops all threads for some ten milliseconds. */
  void collect();

  static Memory ofThisProcess() {
    return new OfThisProcess();
  }

  /** Read by one thread. Finds the pool of the heap at the first reading: that costs a start. */
  final class OfThisProcess implements Memory {
    private final long directMax = PlatformDependent.maxDirectMemory();
    private @Nullable MemoryPoolMXBean old;
    private boolean lookedFor;

    private OfThisProcess() {}

    /**
     * Of the pools' chunks only what buffers hold counts: the rest is there for the next ones, and
     * a chunk goes back to the system only when all of it is free.
     */
    @Override
    public double directRatio() {
      PooledByteBufAllocator pools = PooledByteBufAllocator.DEFAULT;
      long free = pools.metric().usedDirectMemory() - pools.pinnedDirectMemory();
      return (double) (PlatformDependent.usedDirectMemory() - free) / directMax;
    }

    @Override
    public @Nullable Double heapRatio() {
      if (!lookedFor) {
        lookedFor = true;
        old = largest();
      }
      MemoryUsage left = old == null ? null : old.getCollectionUsage();
      if (left == null || left.getUsed() == 0) {
        return null;
      }
      long max = left.getMax() > 0 ? left.getMax() : Runtime.getRuntime().maxMemory();
      return (double) left.getUsed() / max;
    }

    /** The old generation, whichever collector runs; null where none does. */
    private static @Nullable MemoryPoolMXBean largest() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
          .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
          .orElse(null);
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
