package dev.streamgauge.config;

/**
 * One thing that is wrong with the settings.
 *
 * @param key as written where it was set
 * @param what what was found
 * @param place where
 * @param expected what is allowed
 */
public record Problem(String key, String what, String place, String expected) {
  private static final int SHOWN_MAX = 120;

  /** A value that was well written, and could not be used. */
  public static Problem unusable(Option<?> option, String text, Source source, String expected) {
    return new Problem(source.keyOf(option), quoted(text), source.place(), expected);
  }

  static Problem badValue(Option<?> option, String text, Source source) {
    return new Problem(source.keyOf(option), quoted(text), source.place(), option.type().allowed());
  }

  static String quoted(String text) {
    String shown = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
    StringBuilder line = new StringBuilder(shown.length() + 2).append('"');
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      line.append(Character.isISOControl(c) ? '?' : c);
    }
    return line.append('"').toString();
  }

  /** All of it, on one line. */
  public String line() {
    return key + ": " + what + " " + place + " (expected: " + expected + ")";
  }
}
