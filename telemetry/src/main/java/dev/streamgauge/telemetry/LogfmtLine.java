package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code --access-log-format logfmt}: {@code name=value} with a space between, as Loki and others
 * read it. A name within an object has the object's before it, with a dot. A value that is empty or
 * has anything but visible ASCII without quotes, backslashes and equals signs stands in quotes.
 */
final class LogfmtLine extends LogLine {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private @Nullable FieldName within;
  private boolean first = true;

  LogfmtLine(int bytesExpected) {
    super(bytesExpected);
  }

  @Override
  void begin(RequestRecord record) {
    first = true;
    within = null;
  }

  @Override
  void end() {
    put('\n');
  }

  @Override
  public void openObject(FieldName name) {
    within = name;
  }

  @Override
  public void closeObject() {
    within = null;
  }

  @Override
  public void field(FieldName name, String value, int end) {
    name(name);
    if (plain(value, end)) {
      escaped(value, end);
    } else {
      quoted(value, end);
    }
  }

  @Override
  public void field(FieldName name, boolean value) {
    name(name);
    put(value ? TRUE : FALSE);
  }

  @Override
  public void field(FieldName name, long value) {
    name(name);
    decimal(value, 1);
  }

  @Override
  public void thousandths(FieldName name, long value) {
    name(name);
    putThousandths(value);
  }

  @Override
  public void time(FieldName name, Instant moment) {
    name(name);
    rfc3339(moment);
  }

  private static boolean plain(String value, int end) {
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c >= 0x7F || c == '"' || c == '\\' || c == '=') {
        return false;
      }
    }
    return end > 0;
  }

  private void name(FieldName name) {
    if (!first) {
      put(' ');
    }
    first = false;
    if (within != null) {
      put(within.ascii());
      put('.');
    }
    put(name.ascii());
    put('=');
  }
}
