package dev.streamgauge.cluster.inject;

import java.math.BigDecimal;
import java.util.Map;

/** How much a quantity of Kubernetes is, as 250m or 256Mi. */
final class QuantitySize {
  private static final String FORM =
      "[0-9]{1,15}(\\.[0-9]{1,9})?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?";
  private static final Map<String, Integer> DECIMAL =
      Map.of("", 0, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String BINARY = "KMGTPE";

  private QuantitySize() {}

  /** Whether it has a form that is understood here; exponents, which nobody writes, are not. */
  static boolean isOne(String text) {
    return text.matches(FORM);
  }

  /** In whole units, of one that is understood. */
  static BigDecimal of(String quantity) {
    int end = quantity.length();
    while (!Character.isDigit(quantity.charAt(end - 1))) {
      end--;
    }
    BigDecimal number = new BigDecimal(quantity.substring(0, end));
    String suffix = quantity.substring(end);
    if (suffix.endsWith("i")) {
      return number.multiply(BigDecimal.valueOf(1024).pow(BINARY.indexOf(suffix.charAt(0)) + 1));
    }
    return number.scaleByPowerOfTen(DECIMAL.getOrDefault(suffix, 0));
  }
}
