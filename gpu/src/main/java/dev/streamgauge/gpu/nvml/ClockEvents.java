package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.ThrottleReason;
import java.util.EnumSet;
import java.util.Set;

/** {@code nvmlClocksEventReason*} of nvml.h 12.9. */
final class ClockEvents {
  private static final long IDLE = 0x1;

  private ClockEvents() {}

  /** That the GPU is idle is left out: it holds nobody up. */
  static Set<ThrottleReason> reasons(long bits) {
    Set<ThrottleReason> reasons = EnumSet.noneOf(ThrottleReason.class);
    for (long left = bits & ~IDLE; left != 0; left &= left - 1) {
      reasons.add(reason(Long.lowestOneBit(left)));
    }
    return reasons;
  }

  private static ThrottleReason reason(long bit) {
    return switch ((int) Math.min(bit & Long.MAX_VALUE, Integer.MAX_VALUE)) {
      case 0x2 -> ThrottleReason.APPLICATION_CLOCKS;
      case 0x4 -> ThrottleReason.SW_POWER_CAP;
      case 0x8 -> ThrottleReason.HW_SLOWDOWN;
      case 0x10 -> ThrottleReason.SYNC_BOOST;
      case 0x20 -> ThrottleReason.SW_THERMAL;
      case 0x40 -> ThrottleReason.HW_THERMAL;
      case 0x80 -> ThrottleReason.HW_POWER_BRAKE;
      case 0x100 -> ThrottleReason.DISPLAY_CLOCKS;
      default -> ThrottleReason.OTHER;
    };
  }
}
