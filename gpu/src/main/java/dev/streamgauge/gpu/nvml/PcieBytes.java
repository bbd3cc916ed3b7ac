package dev.streamgauge.gpu.nvml;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What went over one GPU's PCIe link, both ways, since this process began to look. Where the card
 * counts, its counters' differences are added up; else a rate is integrated, which is an estimate.
 */
final class PcieBytes {
  private static final long WRAP_32_BITS = 1L << 32;

  /** Over a longer time a rate of 20 ms says nothing. */
  private static final long INTEGRATED_NANOS_MAX = Duration.ofMinutes(1).toNanos();

  final Direction sent = new Direction();
  final Direction received = new Direction();

  /** The driver was opened anew: its counters may have begun anew as well. */
  void reopened() {
    sent.reopened();
    received.reopened();
  }

  /** One way. */
  static final class Direction {
    private double bytes;
    private boolean began;
    private @Nullable Long counterBefore;
    private @Nullable Long rateNanosBefore;

    private void reopened() {
      counterBefore = null;
      rateNanosBefore = null;
    }

    /**
     * @param bits how wide the counter is: it may wrap
     */
    void counted(long counter, int bits) {
      Long before = counterBefore;
      counterBefore = counter;
      began = true;
      if (before == null) {
        return;
      }
      long difference = counter - before;
      if (difference < 0) {
        difference = bits == 32 ? difference + WRAP_32_BITS : counter;
      }
      bytes += difference;
    }

    void rated(double bytesPerSecond, long nowNanos) {
      Long before = rateNanosBefore;
      rateNanosBefore = nowNanos;
      began = true;
      if (before != null && nowNanos - before <= INTEGRATED_NANOS_MAX) {
        bytes += bytesPerSecond * (nowNanos - before) / 1e9;
      }
    }

    /** Null before the first look. */
    @Nullable Double total() {
      return began ? (Double) bytes : null;
    }
  }
}
