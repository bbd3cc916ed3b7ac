package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** {@code true} or {@code false}, or the words of a switch for the same. */
public record TrueFalse() implements ValueType<Boolean> {
  @Override
  public @Nullable Boolean parse(String text) {
    return switch (text) {
      case "true", "on" -> Boolean.TRUE;
      case "false", "off" -> Boolean.FALSE;
      default -> null;
    };
  }

  @Override
  public String placeholder() {
    return "true|false";
  }

  @Override
  public String allowed() {
    return "true, false";
  }
}
