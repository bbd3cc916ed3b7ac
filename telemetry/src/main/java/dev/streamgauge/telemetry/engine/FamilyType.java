package dev.streamgauge.telemetry.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of OpenMetrics 1.0; the text format knows fewer of them. */
public enum FamilyType {
  COUNTER("counter", "_total", "_created"),
  GAUGE("gauge"),
  HISTOGRAM("histogram", "_bucket", "_sum", "_count", "_created"),
  SUMMARY("summary", "_sum", "_count", "_created"),
  INFO("gauge", "_info"),
  STATE_SET("gauge"),
  GAUGE_HISTOGRAM("histogram", "_bucket", "_gsum", "_gcount"),
  /** The text format's {@code untyped}, and whatever came without a type. */
  UNKNOWN("untyped");

  private final String inText;

  @SuppressWarnings("ImmutableEnumChecker") // never handed out
  private final String[] suffixes;

  FamilyType(String inText, String... suffixes) {
    this.inText = inText;
    this.suffixes = suffixes;
  }

  /** The word of the text format. */
  String inText() {
    return inText;
  }

  /** The label that tells apart what is part of one histogram or summary; null of other types. */
  @Nullable String partLabel() {
    return switch (this) {
      case HISTOGRAM, GAUGE_HISTOGRAM -> "le";
      case SUMMARY -> "quantile";
      case COUNTER, GAUGE, INFO, STATE_SET, UNKNOWN -> null;
    };
  }

  /** The word of OpenMetrics. */
  String inOpenMetrics() {
    return switch (this) {
      case STATE_SET -> "stateset";
      case GAUGE_HISTOGRAM -> "gaugehistogram";
      case COUNTER, GAUGE, HISTOGRAM, SUMMARY, INFO, UNKNOWN -> name().toLowerCase(Locale.ROOT);
    };
  }

  /** Null for a word that is none. */
  static @Nullable FamilyType of(String word) {
    if (word.equals("untyped")) {
      return UNKNOWN;
    }
    for (FamilyType each : values()) {
      if (each.inOpenMetrics().equals(word)) {
        return each;
      }
    }
    return null;
  }

  /** Whether a sample of such a family may be called as the family, and this behind it. */
  boolean allows(String suffix) {
    if (suffix.isEmpty()) {
      return switch (this) {
        case COUNTER, GAUGE, SUMMARY, STATE_SET, UNKNOWN -> true;
        case HISTOGRAM, INFO, GAUGE_HISTOGRAM -> false;
      };
    }
    for (String each : suffixes) {
      if (each.equals(suffix)) {
        return true;
      }
    }
    return false;
  }
}
