package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A bounded queue of records without locks: any thread puts, one thread takes. */
public final class RecordRing {
  private final AtomicReferenceArray<@Nullable RequestRecord> slots;
  private final int mask;

  /** Claimed by those who put. */
  private final AtomicLong tail = new AtomicLong();

  /** Written by the one who takes, after it has emptied the slot. */
  private final AtomicLong head = new AtomicLong();

  /** Holds at least so many, rounded up to a power of two. */
  public RecordRing(int sizeMin) {
    int size = Integer.highestOneBit(Math.max(1, sizeMin - 1)) * 2;
    slots = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  /** False if it is full. */
  public boolean put(RequestRecord record) {
    long at;
    do {
      at = tail.get();
      if (at - head.get() > mask) {
        return false;
      }
    } while (!tail.compareAndSet(at, at + 1));
    slots.set((int) at & mask, record);
    return true;
  }

  /** Null if it is empty, or if the next one is not wholly put yet. */
  public @Nullable RequestRecord take() {
    long at = head.get();
    RequestRecord record = slots.get((int) at & mask);
    if (record != null) {
      slots.set((int) at & mask, null);
      head.set(at + 1);
    }
    return record;
  }

  public boolean isEmpty() {
    return tail.get() == head.get();
  }

  public boolean isHalfFull() {
    return tail.get() - head.get() > mask / 2;
  }

  /** How many were ever put. */
  public long putCount() {
    return tail.get();
  }
}
