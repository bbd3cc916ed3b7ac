package dev.streamgauge.otlp;

import dev.streamgauge.telemetry.AccessLogChoice;
import dev.streamgauge.telemetry.AccessLogFields;
import dev.streamgauge.telemetry.FieldName;
import dev.streamgauge.telemetry.FieldSink;
import dev.streamgauge.telemetry.LogSeverity;
import dev.streamgauge.timeline.RequestRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes log records of finished requests: the access log's fields under their own names as
 * attributes, those within an object with the object's name and a dot before, so that a search for
 * the lines finds these, too. For one thread.
 */
final class LogMaker implements RecordPusher.Batch {
  static final String EVENT = "streamgauge.access";

  private static final double THOUSAND = 1000;

  private final AccessLogFields fields;
  private final AccessLogChoice choice;
  private final LogRecordExporter exporter;
  private final Logger logger;
  private List<LogRecordData> made = new ArrayList<>();

  LogMaker(
      Resource resource,
      AccessLogFields fields,
      AccessLogChoice choice,
      LogRecordExporter exporter,
      String version) {
    this.fields = fields;
    this.choice = choice;
    this.exporter = exporter;
    SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(resource)
            .addLogRecordProcessor((_, record) -> made.add(record.toLogRecordData()))
            .build();
    this.logger =
        provider.loggerBuilder(SpanMaker.SCOPE).setInstrumentationVersion(version).build();
  }

  @Override
  public void add(RequestRecord record) {
    AttributeFields attributes = new AttributeFields();
    fields.tell(record, choice.because(record), attributes);
    LogSeverity severity = LogSeverity.of(record.outcome());
    LogRecordBuilder log =
        logger
            .logRecordBuilder()
            .setEventName(EVENT)
            .setSeverity(severity(severity))
            .setSeverityText(severity.name())
            .setBody(AccessLogFields.summary(record))
            .setAllAttributes(attributes.build())
            .setContext(context(record));
    Instant at = record.receivedAt();
    (at == null
            ? log
            : log.setTimestamp(at).setObservedTimestamp(at.plusNanos(record.points().ended())))
        .emit();
  }

  @Override
  public CompletableResultCode send() {
    List<LogRecordData> batch = made;
    made = new ArrayList<>(batch.size());
    return exporter.export(batch);
  }

  @Override
  public void shutdown() {
    var _ = exporter.shutdown();
  }

  List<LogRecordData> made() {
    return made;
  }

  private static Severity severity(LogSeverity severity) {
    return switch (severity) {
      case INFO -> Severity.INFO;
      case WARN -> Severity.WARN;
      case ERROR -> Severity.ERROR;
    };
  }

  private static Context context(RequestRecord record) {
    if (record.traceId() == null || record.spanId() == null) {
      return Context.root();
    }
    TraceFlags flags = record.span() == null ? TraceFlags.getDefault() : TraceFlags.getSampled();
    return Context.root()
        .with(
            Span.wrap(
                SpanContext.create(
                    record.traceId(), record.spanId(), flags, TraceState.getDefault())));
  }

  /** Fields as attributes. */
  private static final class AttributeFields implements FieldSink {
    private final AttributesBuilder attributes = Attributes.builder();
    private @Nullable FieldName within;

    Attributes build() {
      return attributes.build();
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
        attributes.put(path(name), value.substring(0, end));
      }
    }

    @Override
    public void field(FieldName name, boolean value) {
      attributes.put(path(name), value);
    }

    @Override
    public void field(FieldName name, long value) {
      attributes.put(path(name), value);
    }

    @Override
    public void thousandths(FieldName name, long value) {
      attributes.put(path(name), value / THOUSAND);
    }

    @Override
    public void time(FieldName name, Instant moment) {}

    private String path(FieldName name) {
      return within == null ? name.text() : within.text() + "." + name.text();
    }
  }
}
