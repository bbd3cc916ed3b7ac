package dev.streamgauge.telemetry;

import dev.streamgauge.timeline.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code --access-log-format template}. Values are escaped as within quotes, so that a template
 * with quotes around them can be read back; without, a space in a value is a space in the line.
 */
final class TemplateLine extends LogLine {
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final int VALUES_BYTES_EXPECTED = 1024;

  private final LogTemplate template;

  /** The place of each field that the template has. */
  private final Map<String, Integer> places = new HashMap<>();

  /** Those of one line, one behind the other. */
  private final LogBytes values = new LogBytes(VALUES_BYTES_EXPECTED);

  private final int[] starts;
  private final int[] ends;
  private @Nullable FieldName within;

  TemplateLine(int bytesExpected, LogTemplate template) {
    super(bytesExpected);
    this.template = template;
    for (String field : template.fields()) {
      places.putIfAbsent(field, places.size());
    }
    this.starts = new int[places.size()];
    this.ends = new int[places.size()];
  }

  @Override
  void begin(RequestRecord record) {
    values.cut(0);
    for (int i = 0; i < ends.length; i++) {
      starts[i] = 0;
      ends[i] = -1;
    }
  }

  @Override
  void end() {
    for (int i = 0; i < template.fields().size(); i++) {
      text(template.parts().get(i));
      int place = places.getOrDefault(template.fields().get(i), -1);
      if (ends[place] < 0) {
        text(template.otherwise().get(i));
      } else {
        put(values.bytes(), starts[place], ends[place]);
      }
    }
    text(template.parts().getLast());
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
    int place = place(name);
    if (place >= 0) {
      starts[place] = values.length();
      values.escaped(value, end);
      ends[place] = values.length();
    }
  }

  @Override
  public void field(FieldName name, boolean value) {
    int place = place(name);
    if (place >= 0) {
      starts[place] = values.length();
      values.put(value ? TRUE : FALSE);
      ends[place] = values.length();
    }
  }

  @Override
  public void field(FieldName name, long value) {
    int place = place(name);
    if (place >= 0) {
      starts[place] = values.length();
      values.decimal(value, 1);
      ends[place] = values.length();
    }
  }

  @Override
  public void thousandths(FieldName name, long value) {
    int place = place(name);
    if (place >= 0) {
      starts[place] = values.length();
      values.putThousandths(value);
      ends[place] = values.length();
    }
  }

  @Override
  public void time(FieldName name, Instant moment) {
    int place = place(name);
    if (place >= 0) {
      starts[place] = values.length();
      values.rfc3339(moment);
      ends[place] = values.length();
    }
  }

  /** Negative where the template does not have it. */
  private int place(FieldName name) {
    String path = within == null ? name.text() : within.text() + "." + name.text();
    return places.getOrDefault(path, -1);
  }

  /** The template's own words; a control character in them was refused. */
  private void text(String words) {
    put(words.getBytes(StandardCharsets.UTF_8));
  }
}
