package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.AccessLogFields.Name;
import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code --access-log-format json}: one object a line. */
final class JsonLine extends LogLine {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");

  private final @Nullable Constant[] constants = new @Nullable Constant[Name.constants()];
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
    if (name.constantPlace() >= 0 && !first) {
      constant(name, value, end);
    } else {
      name(name);
      quoted(value, end);
    }
  }

  /** What was written of the last one is written again where it is the same. */
  private void constant(FieldName name, String value, int end) {
    Constant last = constants[name.constantPlace()];
    if (last != null && last.is(value, end)) {
      put(last.field);
      return;
    }
    int start = length();
    name(name);
    quoted(value, end);
    constants[name.constantPlace()] =
        new Constant(value, end, Arrays.copyOfRange(bytes(), start, length()));
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
    byte[] json = name.json();
    put(json, first ? 1 : 0, json.length);
    first = false;
  }

  /** A field as it was written, with the comma ahead. */
  private static final class Constant {
    private final String value;
    private final int end;
    private final byte[] field;

    private Constant(String value, int end, byte[] field) {
      this.value = value;
      this.end = end;
      this.field = field;
    }

    @SuppressWarnings("ReferenceEquality") // another object may say the same: it is written anew
    private boolean is(String other, int otherEnd) {
      return value == other && end == otherEnd;
    }
  }
}
