package dev.streamgauge.telemetry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Takes the fields of one access-log record, in their order. What is null is left out. */
public interface FieldSink {
  /** The fields up to {@link #closeObject} belong together under this name. */
  void openObject(FieldName name);

  void closeObject();

  /** The first {@code end} characters of the value, which may come from outside. */
  void field(FieldName name, String value, int end);

  void field(FieldName name, boolean value);

  void field(FieldName name, long value);

  /** A number of which the last three digits are decimals. */
  void thousandths(FieldName name, long value);

  /** A moment, in milliseconds. */
  void time(FieldName name, Instant moment);

  default void field(FieldName name, @Nullable String value) {
    if (value != null) {
      field(name, value, value.length());
    }
  }

  default void field(FieldName name, @Nullable Long value) {
    if (value != null) {
      field(name, value.longValue());
    }
  }

  default void field(FieldName name, @Nullable Integer value) {
    if (value != null) {
      field(name, value.longValue());
    }
  }
}
