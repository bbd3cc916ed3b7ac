package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** How the written form of one value is read. */
public interface ValueType<T> {
  /** Null where {@code text} is not of this type or out of its bounds. */
  @Nullable T parse(String text);

  /** What stands for the value in help: {@code N}, {@code DURATION}. */
  String placeholder();

  /** What is allowed, bounds included; completes "expected: ". */
  String allowed();

  /** Whether a value that begins with this word has a second one, behind a space. */
  default boolean goesOn(String word) {
    return false;
  }

  /** Whether a YAML list is taken for this one value, joined by commas. */
  default boolean commaSeparated() {
    return false;
  }
}
