package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** {@code on}, {@code off}, or {@code sampled} and a share. */
public record ObserveValue() implements ValueType<Observe> {
  private static final String SAMPLED = "sampled";
  private static final Ratio RATIO = new Ratio();

  @Override
  public @Nullable Observe parse(String text) {
    return switch (text) {
      case "on" -> Observe.ON;
      case "off" -> Observe.OFF;
      default -> sampled(text);
    };
  }

  private static @Nullable Observe sampled(String text) {
    if (!text.startsWith(SAMPLED + " ")) {
      return null;
    }
    Double ratio = RATIO.parse(text.substring(SAMPLED.length()).strip());
    return ratio == null ? null : new Observe(ratio);
  }

  @Override
  public boolean goesOn(String word) {
    return word.equals(SAMPLED);
  }

  @Override
  public String placeholder() {
    return "on|off|sampled RATIO";
  }

  @Override
  public String allowed() {
    return "on, off, or sampled and " + RATIO.allowed() + ", as in: sampled 0.1";
  }
}
