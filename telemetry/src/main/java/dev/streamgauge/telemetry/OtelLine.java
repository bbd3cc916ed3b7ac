package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * {@code --access-log-format otel}: each line is one message {@code LogsData} of OTLP in its JSON
 * encoding (specification "OpenTelemetry Protocol File Exporter"), with one log record. The fields
 * are its attributes, those within an object with the object's name and a dot before; time, trace
 * and place have the data model's own fields.
 */
final class OtelLine extends LogLine {
  private static final byte[] RECORD =
      ascii(
          "]},\"scopeLogs\":[{\"scope\":{\"name\":\"dev.streamgauge\"},\"logRecords\":[{"
              + "\"eventName\":\"streamgauge.access\"");
  private static final byte[] RESOURCE =
      ascii("{\"resourceLogs\":[{\"resource\":{\"attributes\":[");
  private static final byte[] END = ascii("]}]}]}]}\n");
  private static final byte[] ATTRIBUTES = ascii(",\"attributes\":[");
  private static final byte[] KEY = ascii("{\"key\":\"");
  private static final byte[] STRING = ascii("\",\"value\":{\"stringValue\":");
  private static final byte[] BOOL = ascii("\",\"value\":{\"boolValue\":");
  private static final byte[] INT = ascii("\",\"value\":{\"intValue\":\"");
  private static final byte[] DOUBLE = ascii("\",\"value\":{\"doubleValue\":");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final byte[] start;
  private @Nullable FieldName within;
  private boolean first = true;

  OtelLine(int bytesExpected, AccessLogging settings) {
    super(bytesExpected);
    start = start(settings);
  }

  @Override
  void begin(RequestRecord record) {
    put(start);
    Instant at = record.receivedAt();
    if (at != null) {
      put(ascii(",\"timeUnixNano\":\""));
      decimal(at.getEpochSecond() * NANOS_PER_SECOND + at.getNano(), 1);
      put('"');
    }
    LogSeverity severity = LogSeverity.of(record.outcome());
    put(ascii(",\"severityNumber\":"));
    decimal(severity.number(), 1);
    put(ascii(",\"severityText\":\"" + severity.name() + "\""));
    id(",\"traceId\":", record.traceId());
    id(",\"spanId\":", record.spanId());
    put(ascii(record.span() == null ? ",\"flags\":0" : ",\"flags\":1"));
    put(ascii(",\"body\":{\"stringValue\":"));
    String summary = AccessLogFields.summary(record);
    quoted(summary, summary.length());
    put('}');
    put(ATTRIBUTES);
    first = true;
  }

  @Override
  void end() {
    put(END);
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
    if (AccessLogFields.isOtelAttribute(name)) {
      key(name, STRING);
      quoted(value, end);
      put('}');
      put('}');
    }
  }

  @Override
  public void field(FieldName name, boolean value) {
    key(name, BOOL);
    put(value ? TRUE : FALSE);
    put('}');
    put('}');
  }

  /** 64 bits are a string in protobuf's JSON. */
  @Override
  public void field(FieldName name, long value) {
    key(name, INT);
    decimal(value, 1);
    put('"');
    put('}');
    put('}');
  }

  @Override
  public void thousandths(FieldName name, long value) {
    key(name, DOUBLE);
    putThousandths(value);
    put('}');
    put('}');
  }

  @Override
  public void time(FieldName name, Instant moment) {}

  private void key(FieldName name, byte[] type) {
    if (!first) {
      put(',');
    }
    first = false;
    put(KEY);
    if (within != null) {
      put(within.ascii());
      put('.');
    }
    put(name.ascii());
    put(type);
  }

  private void id(String key, @Nullable String hex) {
    if (hex != null) {
      put(ascii(key));
      quoted(hex, hex.length());
    }
  }

  private static byte[] start(AccessLogging settings) {
    LogBytes line = new LogBytes(512);
    line.put(RESOURCE);
    resource(line, "service.name", "streamgauge", "");
    resource(line, "k8s.pod.name", settings.pod(), ",");
    resource(line, "k8s.namespace.name", settings.namespace(), ",");
    resource(line, "k8s.node.name", settings.node(), ",");
    line.put(RECORD);
    return line.copy();
  }

  private static void resource(LogBytes line, String key, @Nullable String value, String before) {
    if (value != null) {
      line.put(ascii(before));
      line.put(KEY);
      line.put(ascii(key));
      line.put(STRING);
      line.quoted(value, value.length());
      line.put('}');
      line.put('}');
    }
  }
}
