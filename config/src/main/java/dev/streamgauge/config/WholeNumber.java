package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** A whole number within bounds, both inclusive. */
public record WholeNumber(int min, int max) implements ValueType<Integer> {
  private static final int DIGITS_MAX = 10;

  @Override
  public @Nullable Integer parse(String text) {
    long value = digits(text);
    return value >= min && value <= max ? (int) value : null;
  }

  /** The number, or -1 where it is none. */
  static long digits(String text) {
    if (text.isEmpty() || text.length() > DIGITS_MAX) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  @Override
  public String placeholder() {
    return "N";
  }

  @Override
  public String allowed() {
    return "a whole number from " + min + " to " + max;
  }
}
