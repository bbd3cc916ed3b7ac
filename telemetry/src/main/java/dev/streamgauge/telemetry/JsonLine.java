package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;

/** {@code --access-log-format json}: one object a line. */
final class JsonLine extends LogLine {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private boolean first = true;

  JsonLine(int bytesExpected) {
    super(bytesExpected);
  }

  @Override
  void begin(RequestRecord record) {
    put('{');
    first = true;
  }

  @Override
  void end() {
    put('}');
    put('\n');
  }

  @Override
  public void openObject(FieldName name) {
    name(name);
    put('{');
    first = true;
  }

  @Override
  public void closeObject() {
    put('}');
    first = false;
  }

  @Override
  public void field(FieldName name, String value, int end) {
    name(name);
    quoted(value, end);
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
    put('"');
    rfc3339(moment);
    put('"');
  }

  void array(FieldName name, long[] values) {
    name(name);
    put('[');
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        put(',');
      }
      decimal(values[i], 1);
    }
    put(']');
  }

  private void name(FieldName name) {
    if (!first) {
      put(',');
    }
    first = false;
    put('"');
    put(name.ascii());
    put('"');
    put(':');
  }
}
