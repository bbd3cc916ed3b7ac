package dev.streamgauge.cli.top;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How figures are written in a terminal: in ASCII, and without what would move its cursor. */
final class Plain {
  private Plain() {}

  /** Control characters, and all beyond ASCII, could be anything to a terminal. */
  static String text(String from) {
    StringBuilder text = new StringBuilder(from.length());
    for (int i = 0; i < from.length(); i++) {
      char c = from.charAt(i);
      text.append(c == '\u2026' ? '~' : c >= ' ' && c < 0x7F ? c : '?');
    }
    return text.toString();
  }

  static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "~";
  }

  /** A dash where it is not known. */
  static String duration(@Nullable Double millis) {
    if (millis == null) {
      return "-";
    }
    if (millis < 10) {
      return String.format(Locale.ROOT, "%.1f ms", millis);
    }
    if (millis < 1000) {
      return String.format(Locale.ROOT, "%.0f ms", millis);
    }
    if (millis < 100_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000);
    }
    long seconds = Math.round(millis / 1000);
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  static String percent(long part, long whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  static String count(@Nullable Double value) {
    if (value == null) {
      return "-";
    }
    return value >= 100 || value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
