package dev.streamgauge.report.page;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. What is not known is a dash, never 0. */
final class Shown {
  static final String ABSENT = "-";

  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String[] LARGE = {"", "k", "M", "G", "T"};

  private Shown() {}

  /** Three digits that matter, in ms or s. */
  static String micros(@Nullable Double micros) {
    if (micros == null) {
      return ABSENT;
    }
    double millis = micros / 1e3;
    return Math.abs(millis) < 9_995 ? digits(millis) + " ms" : digits(millis / 1e3) + " s";
  }

  static String micros(@Nullable Long micros) {
    return micros(micros == null ? null : (Double) (double) micros);
  }

  /** With its sign. */
  static String change(double micros) {
    return (micros > 0 ? "+" : "") + micros(micros);
  }

  static String digits(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    String format = size < 9.995 ? "%.2f" : size < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  static String decimals(@Nullable Double value, int decimals) {
    return value == null ? ABSENT : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  static String percent(@Nullable Double share) {
    return share == null ? ABSENT : String.format(Locale.ROOT, "%.2f %%", share * 100);
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** With the noun of what is counted, which takes an s. */
  static String count(long count, String noun) {
    return count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** With k, M, G: for axes. */
  static String abbreviated(double value) {
    double left = Math.abs(value);
    int unit = 0;
    while (left >= 1000 && unit < LARGE.length - 1) {
      left /= 1000;
      unit++;
    }
    String text = String.format(Locale.ROOT, "%.3g", left);
    if (text.contains(".")) {
      text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return (value < 0 ? "-" : "") + text + LARGE[unit];
  }

  /** In UTC. */
  static String moment(@Nullable Long millis) {
    return millis == null ? ABSENT : MOMENT.format(Instant.ofEpochMilli(millis));
  }

  /** In whole units, as 5 min. */
  static String span(double seconds) {
    if (seconds < 120) {
      return digits(seconds) + " s";
    }
    if (seconds < 7200) {
      return digits(seconds / 60) + " min";
    }
    return seconds < 172_800 ? digits(seconds / 3600) + " h" : digits(seconds / 86_400) + " d";
  }

  /** What came from a log, on one line and harmless to a terminal. */
  static String text(@Nullable String text, String absent, int charactersMax) {
    if (text == null) {
      return absent;
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), charactersMax); i++) {
      char c = text.charAt(i);
      shown.append(harmless(c) ? c : '?');
    }
    return text.length() > charactersMax ? shown.append("...").toString() : shown.toString();
  }

  /** Neither control nor format characters: the latter turn the direction of what follows. */
  private static boolean harmless(char c) {
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE
        && type != Character.PRIVATE_USE
        && type != Character.UNASSIGNED;
  }
}
