package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** A share from 0 to 1. */
public record Ratio() implements ValueType<Double> {
  private static final int LENGTH_MAX = 20;

  @Override
  public @Nullable Double parse(String text) {
    if (!plainDecimal(text)) {
      return null;
    }
    double value = Double.parseDouble(text);
    return value <= 1 ? value : null;
  }

  /** Digits with at most one point between them: what {@link Double} takes beyond that is not. */
  static boolean plainDecimal(String text) {
    int point = text.indexOf('.');
    if (text.isEmpty() || text.length() > LENGTH_MAX || point == 0 || point == text.length() - 1) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (i != point && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String placeholder() {
    return "RATIO";
  }

  @Override
  public String allowed() {
    return "a number from 0 to 1";
  }
}
