package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The series of one group of families in one row. Any thread; never blocks for long. A class, as a
 * call by interface costs more where the simple compiler alone is at work.
 */
abstract class RecordSeries {
  /**
   * @param origin becomes the exemplar; null without ids
   */
  abstract void add(RequestRecord record, @Nullable Origin origin);

  /** Where in an array what belongs to it is. */
  @SuppressWarnings("EnumOrdinal") // of an array that lives as long as the process
  static int place(Enum<?> value) {
    return value.ordinal();
  }
}
