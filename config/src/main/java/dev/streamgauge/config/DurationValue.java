package dev.streamgauge.config;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A number with a unit, as {@code 500ms}, {@code 1.5s} or {@code 5m}; bounds inclusive. */
public record DurationValue(Duration min, Duration max) implements ValueType<Duration> {
  private static final String[] UNITS = {"us", "ms", "s", "m", "h"};
  private static final long[] UNIT_NANOS = {
    1_000L, 1_000_000L, 1_000_000_000L, 60_000_000_000L, 3_600_000_000_000L
  };

  /** From a millisecond to a week. */
  public static DurationValue positive() {
    return new DurationValue(Duration.ofMillis(1), Duration.ofDays(7));
  }

  @Override
  public @Nullable Duration parse(String text) {
    Duration value = read(text);
    return value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0 ? value : null;
  }

  private static @Nullable Duration read(String text) {
    int unitAt = text.length();
    while (unitAt > 0 && Character.isLetter(text.charAt(unitAt - 1))) {
      unitAt--;
    }
    long unitNanos = unitNanos(text.substring(unitAt));
    String number = text.substring(0, unitAt);
    if (unitNanos == 0 || !Ratio.plainDecimal(number)) {
      return null;
    }
    BigDecimal nanos = new BigDecimal(number).multiply(BigDecimal.valueOf(unitNanos));
    return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? null
        : Duration.ofNanos(nanos.longValue());
  }

  private static long unitNanos(String unit) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(unit)) {
        return UNIT_NANOS[i];
      }
    }
    return 0;
  }

  /** The written form, in the largest unit that keeps it whole. */
  public static String text(Duration duration) {
    long nanos = duration.toNanos();
    for (int i = UNITS.length - 1; i > 0; i--) {
      if (nanos >= UNIT_NANOS[i] && nanos % UNIT_NANOS[i] == 0) {
        return nanos / UNIT_NANOS[i] + UNITS[i];
      }
    }
    return nanos == 0 ? "0s" : nanos / UNIT_NANOS[0] + UNITS[0];
  }

  @Override
  public String placeholder() {
    return "DURATION";
  }

  @Override
  public String allowed() {
    return "a duration such as 500ms, 1s or 5m, from " + text(min) + " to " + text(max);
  }
}
