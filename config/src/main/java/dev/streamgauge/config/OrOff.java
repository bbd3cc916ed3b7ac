package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** What can be switched off: {@code off}, or a value. */
public record OrOff<T>(ValueType<T> of) implements ValueType<OrOff.Switched<T>> {
  /**
   * A value, unless it is switched off.
   *
   * @param orNull null is off
   */
  public record Switched<T>(@Nullable T orNull) {}

  @Override
  public @Nullable Switched<T> parse(String text) {
    if (text.equals("off")) {
      return new Switched<>(null);
    }
    T value = of.parse(text);
    return value == null ? null : new Switched<>(value);
  }

  @Override
  public String placeholder() {
    return "off|" + of.placeholder();
  }

  @Override
  public String allowed() {
    return "off, or " + of.allowed();
  }
}
