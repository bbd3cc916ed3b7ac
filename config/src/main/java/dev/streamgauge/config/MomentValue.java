package dev.streamgauge.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A moment in RFC 3339, as {@code 2026-11-24T09:00:00Z}. */
record MomentValue() implements ValueType<Instant> {
  private static final int LENGTH_MAX = 40;

  @Override
  public @Nullable Instant parse(String text) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      return null;
    }
  }

  @Override
  public String placeholder() {
    return "TIME";
  }

  @Override
  public String allowed() {
    return "a moment in RFC 3339, such as 2026-11-24T09:00:00Z";
  }
}
