package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.LogFormat;
import dev.streamgauge.timeline.RequestRecord;

/** Writes access-log lines of one format, one behind the other. For one thread. */
abstract class LogLine extends LogBytes implements FieldSink {

  LogLine(int bytesExpected) {
    super(bytesExpected);
  }

  static LogLine of(AccessLogging settings, int bytesExpected) {
    return switch (settings.format()) {
      case LogFormat.Json _ -> new JsonLine(bytesExpected);
      case LogFormat.Logfmt _ -> new LogfmtLine(bytesExpected);
      case LogFormat.Otel _ -> new OtelLine(bytesExpected, settings);
      case LogFormat.Template(LogTemplate template) -> new TemplateLine(bytesExpected, template);
    };
  }

  /** Begins a line; the record's fields follow. */
  abstract void begin(RequestRecord record);

  /** Ends it, with its line feed. */
  abstract void end();
}
