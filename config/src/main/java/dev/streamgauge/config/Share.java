package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** A share from one bound to another. */
record Share(double min, double max) implements ValueType<Double> {
  @Override
  public @Nullable Double parse(String text) {
    if (!Ratio.plainDecimal(text)) {
      return null;
    }
    double value = Double.parseDouble(text);
    return value >= min && value <= max ? value : null;
  }

  @Override
  public String placeholder() {
    return "RATIO";
  }

  @Override
  public String allowed() {
    return "a number from " + min + " to " + max;
  }
}
