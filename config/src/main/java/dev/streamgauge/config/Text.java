package dev.streamgauge.config;

import org.jspecify.annotations.Nullable;

/** A word of visible characters; spaces inside are fine. */
public record Text(String placeholder, int lengthMax) implements ValueType<String> {
  @Override
  public @Nullable String parse(String text) {
    return text.isBlank() || text.length() > lengthMax || hasControl(text) ? null : text;
  }

  private static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String allowed() {
    return "1 to " + lengthMax + " characters without control characters";
  }
}
