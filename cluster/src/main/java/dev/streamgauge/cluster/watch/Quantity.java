package dev.streamgauge.cluster.watch;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Amounts as Kubernetes writes them: {@code 500m}, {@code 64Gi}, {@code 1e3}, {@code 4}. */
final class Quantity {
  private static final String[] BINARY = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final String DECIMAL = "numkMGTPE";
  private static final int[] EXPONENTS = {-9, -6, -3, 3, 6, 9, 12, 15, 18};
  private static final int CHARS_MAX = 64;

  private Quantity() {}

  /** In whole units; null where it is none. */
  static @Nullable Double parse(String text) {
    if (text.isEmpty() || text.length() > CHARS_MAX) {
      return null;
    }
    for (int i = 0; i < BINARY.length; i++) {
      if (text.endsWith(BINARY[i])) {
        BigDecimal number = number(text.substring(0, text.length() - 2));
        return number == null ? null : (Double) Math.scalb(number.doubleValue(), 10 * (i + 1));
      }
    }
    int suffix = DECIMAL.indexOf(text.charAt(text.length() - 1));
    BigDecimal number = number(suffix < 0 ? text : text.substring(0, text.length() - 1));
    if (number == null) {
      return null;
    }
    return number.scaleByPowerOfTen(suffix < 0 ? 0 : EXPONENTS[suffix]).doubleValue();
  }

  private static @Nullable BigDecimal number(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException notOne) {
      return null;
    }
  }
}
