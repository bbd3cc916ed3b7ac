package dev.streamgauge.gpu.amd;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.streamgauge.gpu.ThrottleReason;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code amdsmi_gpu_metrics_t} by offsets. It has grown at its end with each version; what is read
 * here lies at the same place in the headers of ROCm 6.0 to 7. All ones is a figure that the card
 * or the library does not have.
 */
final class AmdMetrics {
  static final long AVERAGE_POWER = 22;
  static final long INDEPENDENT_THROTTLE_STATUS = 112;
  static final long CURRENT_POWER = 120;
  static final long XGMI_READ = 184;
  static final long XGMI_WRITTEN = 248;

  /** Since metrics 1.6 (MI300): how long each limit held clocks down, in the firmware's cycles. */
  static final long PROCHOT_RESIDENCY = 432;

  static final int RESIDENCIES = 5;
  static final int XGMI_LINKS = 8;
  private static final double BYTES_PER_KILOBYTE = 1024;

  private AmdMetrics() {}

  /** Watts; newer cards have the first, older ones the second. */
  static double watts(MemorySegment metrics) {
    double current = ushort(metrics, CURRENT_POWER);
    return Double.isNaN(current) ? ushort(metrics, AVERAGE_POWER) : current;
  }

  /** Bytes over all links that have a counter; not a number where none has. */
  static double xgmi(MemorySegment metrics, long offset) {
    double sum = Double.NaN;
    for (int link = 0; link < XGMI_LINKS; link++) {
      long kilobytes = metrics.get(JAVA_LONG, offset + link * JAVA_LONG.byteSize());
      if (kilobytes >= 0) {
        sum = (Double.isNaN(sum) ? 0 : sum) + kilobytes * BYTES_PER_KILOBYTE;
      }
    }
    return sum;
  }

  /** Prochot, package power, socket, voltage regulators, memory; null where there are none. */
  static long @Nullable [] residencies(MemorySegment metrics) {
    long[] all = new long[RESIDENCIES];
    for (int i = 0; i < RESIDENCIES; i++) {
      all[i] = metrics.get(JAVA_LONG, PROCHOT_RESIDENCY + i * JAVA_LONG.byteSize());
      if (all[i] == -1) {
        return null;
      }
    }
    return all;
  }

  /** What held clocks down between two looks. */
  static Set<ThrottleReason> reasons(long[] before, long[] now) {
    ThrottleReason[] meaning = {
      ThrottleReason.HW_THERMAL,
      ThrottleReason.SW_POWER_CAP,
      ThrottleReason.SW_THERMAL,
      ThrottleReason.SW_THERMAL,
      ThrottleReason.SW_THERMAL
    };
    Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
    for (int i = 0; i < RESIDENCIES; i++) {
      if (now[i] > before[i]) {
        reasons.add(meaning[i]);
      }
    }
    return reasons;
  }

  /** Null where the card does not tell (metrics before 1.3, and from 1.4 on). */
  static @Nullable Set<ThrottleReason> reasons(MemorySegment metrics) {
    long bits = metrics.get(JAVA_LONG, INDEPENDENT_THROTTLE_STATUS);
    if (bits == -1) {
      return null;
    }
    Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
    for (long left = bits; left != 0; left &= left - 1) {
      reasons.add(reason(Long.numberOfTrailingZeros(left)));
    }
    return reasons;
  }

  /** {@code SMU_THROTTLER_*_BIT} of the kernel's amdgpu_smu.h. */
  private static ThrottleReason reason(int bit) {
    if (bit < 8) {
      return ThrottleReason.SW_POWER_CAP;
    }
    if (bit >= 16 && bit < 24) {
      // limits of current
      return ThrottleReason.HW_SLOWDOWN;
    }
    if (bit >= 32 && bit < 44) {
      return ThrottleReason.SW_THERMAL;
    }
    return bit >= 44 && bit < 48 ? ThrottleReason.HW_THERMAL : ThrottleReason.OTHER;
  }

  private static double ushort(MemorySegment from, long offset) {
    int value = Short.toUnsignedInt(from.get(JAVA_SHORT, offset));
    return value == 0xFFFF ? Double.NaN : value;
  }

  /** Of 32 bits; the library passes on a 16-bit field's all ones, too. */
  static double uint(MemorySegment from, long offset) {
    int value = from.get(JAVA_INT, offset);
    return value == -1 || value == 0xFFFF ? Double.NaN : Integer.toUnsignedLong(value);
  }

  static double ulong(MemorySegment from, long offset) {
    long value = from.get(JAVA_LONG, offset);
    return value < 0 ? Double.NaN : value;
  }
}
