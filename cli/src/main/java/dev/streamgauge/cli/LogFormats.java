package dev.streamgauge.cli;

import dev.streamgauge.config.LogOptions;
import dev.streamgauge.config.ProxySettings.AccessLogSettings;
import dev.streamgauge.telemetry.LogTemplate;
import dev.streamgauge.telemetry.TelemetrySettings.LogFormat;
import java.io.IOException;

/** What the settings say of the access log's format, in telemetry's words. */
final class LogFormats {
  private LogFormats() {}

  /**
   * The format.
   *
   * @throws IOException if a template has no such field
   */
  static LogFormat of(AccessLogSettings log) throws IOException {
    return switch (log.format()) {
      case JSON -> new LogFormat.Json();
      case LOGFMT -> new LogFormat.Logfmt();
      case OTEL -> new LogFormat.Otel();
      case TEMPLATE ->
          switch (LogTemplate.parse(log.template())) {
            case LogTemplate.Parsed.Good(LogTemplate template) -> new LogFormat.Template(template);
            case LogTemplate.Parsed.Bad(String expected) ->
                throw new IOException(
                    LogOptions.ACCESS_LOG_TEMPLATE.commandLineName()
                        + ": cannot be used (expected: "
                        + expected
                        + ")");
          };
    };
  }
}
