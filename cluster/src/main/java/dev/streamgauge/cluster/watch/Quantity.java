package dev.streamgauge.cluster.watch;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Amounts as Kubernetes writes them: {@code 500m}, {@code 64Gi}, {@code 1e3}, {@code 4}. */
final class Quantity {
  private static final String[] SUFFIXES = {
    "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "m", "k", "M", "G", "T", "P", "E"
  };
  private static final double[] FACTORS = {
    0x1p10, 0x1p20, 0x1p30, 0x1p40, 0x1p50, 0x1p60, 1e-9, 1e-6, 1e-3, 1e3, 1e6, 1e9, 1e12, 1e15,
    1e18
  };
  private static final int CHARS_MAX = 64;

  private Quantity() {}

  /** In whole units; null where it is none. */
  static @Nullable Double parse(String text) {
    if (text.isEmpty() || text.length() > CHARS_MAX) {
      return null;
    }
    for (int i = 0; i < SUFFIXES.length; i++) {
      if (text.endsWith(SUFFIXES[i])) {
        return times(text.substring(0, text.length() - SUFFIXES[i].length()), FACTORS[i]);
      }
    }
    return times(text, 1);
  }

  private static @Nullable Double times(String number, double factor) {
    try {
      return new BigDecimal(number).doubleValue() * factor;
    } catch (NumberFormatException notOne) {
      return null;
    }
  }
}
