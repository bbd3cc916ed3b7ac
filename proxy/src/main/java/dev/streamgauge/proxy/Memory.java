package dev.streamgauge.proxy;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How full this process' memory is, as shares of what it may take. */
interface Memory {
  /** Buffers outside the heap that are in use. */
  double directRatio();

  /** No less than {@link #directRatio}, and quickly told. */
  default double directRatioMost() {
    return directRatio();
  }

  /** Whether the pools can have no further chunk outside the heap. */
  default boolean directExhausted() {
    return false;
  }

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
    private List<GarbageCollectorMXBean> collectors = List.of();
    private long collections = -1;
    private @Nullable Double heapRatio;
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
    public double directRatioMost() {
      return (double) PlatformDependent.usedDirectMemory() / directMax;
    }

    @Override
    public boolean directExhausted() {
      int chunk = PooledByteBufAllocator.DEFAULT.metric().chunkSize();
      return PlatformDependent.usedDirectMemory() + chunk > directMax;
    }

    /** Asked for anew only behind a collection: it is asked ten times a second. */
    @Override
    public @Nullable Double heapRatio() {
      if (!lookedFor) {
        lookedFor = true;
        old = largest();
        collectors = old == null ? List.of() : collectorsOf(old);
      }
      long now = 0;
      for (GarbageCollectorMXBean collector : collectors) {
        now += collector.getCollectionCount();
      }
      if (now != collections) {
        collections = now;
        heapRatio = old == null ? null : left(old.getCollectionUsage());
      }
      return heapRatio;
    }

    private static @Nullable Double left(@Nullable MemoryUsage usage) {
      if (usage == null || usage.getUsed() == 0) {
        return null;
      }
      long max = usage.getMax() > 0 ? usage.getMax() : Runtime.getRuntime().maxMemory();
      return (double) usage.getUsed() / max;
    }

    private static List<GarbageCollectorMXBean> collectorsOf(MemoryPoolMXBean pool) {
      return ManagementFactory.getGarbageCollectorMXBeans().stream()
          .filter(collector -> List.of(collector.getMemoryPoolNames()).contains(pool.getName()))
          .toList();
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
