package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** {@code on} or {@code off}. */
public record OnOff() implements ValueType<Boolean> {
  @Override
  public @Nullable Boolean parse(String text) {
    return switch (text) {
      case "on" -> Boolean.TRUE;
      case "off" -> Boolean.FALSE;
      default -> null;
    };
  }

  @Override
  public String placeholder() {
    return "on|off";
  }

  @Override
  public String allowed() {
    return "on, off";
  }
}
