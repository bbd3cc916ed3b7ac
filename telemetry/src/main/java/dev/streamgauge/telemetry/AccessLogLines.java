package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/** Access-log lines in the format that the settings want, one behind the other. For one thread. */
public final class AccessLogLines {
  private static final int BYTES_EXPECTED = 128 * 1024;

  private final AccessLogFields fields;
  private final LogLine lines;

  public AccessLogLines(AccessLogging settings) {
    fields = new AccessLogFields(settings);
    lines = LogLine.of(settings, BYTES_EXPECTED);
  }

  /** The line of a request that kept nobody waiting. */
  public void add(RequestRecord record) {
    add(record, null);
  }

  /**
   * Adds a line, whole or, where that is an exception, not at all.
   *
   * @param slowBecause what a late first token waited for; null where it was not late
   */
  void add(RequestRecord record, @Nullable String slowBecause) {
    int start = lines.length();
    boolean whole = false;
    try {
      lines.begin(record);
      fields.tell(record, slowBecause, lines);
      lines.end();
      whole = true;
    } finally {
      if (!whole) {
        lines.cut(start);
      }
    }
  }

  public void clear() {
    lines.cut(0);
  }

  /** In bytes, of all lines. */
  public int length() {
    return lines.length();
  }

  /** All lines up to {@link #length}; valid until the next one. */
  byte[] bytes() {
    return lines.bytes();
  }
}
