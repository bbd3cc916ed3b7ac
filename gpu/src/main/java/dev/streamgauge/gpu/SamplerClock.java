package dev.streamgauge.gpu;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The monotonic clock, and waiting by it. */
public interface SamplerClock {
  long nanos();

  /** Returns after so long, at the latest when the thread is interrupted. */
  void await(long nanos) throws InterruptedException;

  /** A real one. */
  static SamplerClock of(LongSupplier ticker) {
    return new SamplerClock() {
      @Override
      public long nanos() {
        return ticker.getAsLong();
      }

      @Override
      public void await(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
      }
    };
  }
}
