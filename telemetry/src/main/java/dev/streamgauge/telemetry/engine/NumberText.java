package dev.streamgauge.telemetry.engine;

import org.jspecify.annotations.Nullable;

/** Numbers as pages of metrics write them. */
final class NumberText {
  private static final int LENGTH_MAX = 64;

  /** Beyond it a double has no fractions, and Java writes powers of ten. */
  private static final double PLAIN_BELOW = 1e15;

  private NumberText() {}

  /** Null for what is none. Java would also take hexadecimal ones, and a {@code d} at the end. */
  static @Nullable Double parse(String text) {
    if (text.isEmpty() || text.length() > LENGTH_MAX) {
      return null;
    }
    Double word = word(text);
    if (word != null) {
      return word;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean known =
          (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E';
      if (!known) {
        return null;
      }
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable Double word(String text) {
    boolean signed = text.charAt(0) == '+' || text.charAt(0) == '-';
    String bare = signed ? text.substring(1) : text;
    if (bare.equalsIgnoreCase("inf") || bare.equalsIgnoreCase("infinity")) {
      return text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return bare.equalsIgnoreCase("nan") ? (Double) Double.NaN : null;
  }

  /** Seconds since 1970, to the millisecond and without a power of ten. */
  static String ofTime(double seconds) {
    long millis = Math.round(seconds * 1e3);
    long part = Math.floorMod(millis, 1_000L);
    String digits = Long.toString(1_000 + part).substring(1);
    return Math.floorDiv(millis, 1_000L) + "." + digits;
  }

  static String of(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < PLAIN_BELOW
        ? (long) value + ".0"
        : Double.toString(value);
  }
}
