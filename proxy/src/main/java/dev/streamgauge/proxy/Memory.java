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
      MemoryPoolMXBean pool = old;
      if (pool == null) {
        pool = largest();
        old = pool;
      }
      MemoryUsage left = pool.getCollectionUsage();
      return left == null || left.getUsed() == 0
          ? null
          : (double) left.getUsed() / Math.max(1, left.getMax());
    }

    /** The old generation, whichever collector runs. */
    private static MemoryPoolMXBean largest() {
      return ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
          .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
          .orElseThrow();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
