package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.AccessLogSettings.Format;
import java.util.List;

/** The options of {@code streamgauge proxy} about how a line of the access log is written. */
public final class LogOptions {
  private static final int TEMPLATE_LENGTH_MAX = 4096;
  private static final String TEMPLATE_BY_DEFAULT =
      "{time} {request_id} \"{method} {path}\" {status} {outcome} {duration_ms} {ttft_ms}"
          + " {output_tokens}";

  static final Option<Format> ACCESS_LOG_FORMAT =
      Option.one(
          "access-log-format",
          Choice.of(Format.class),
          "json",
          "How a line of the access log is written; otel is OTLP's own JSON");

  public static final Option<String> ACCESS_LOG_TEMPLATE =
      Option.one(
          "access-log-template",
          new Text("TEXT", TEMPLATE_LENGTH_MAX),
          TEMPLATE_BY_DEFAULT,
          "The line of --access-log-format template: text with {field} in it");

  static final List<Option<?>> ALL = List.of(ACCESS_LOG_FORMAT, ACCESS_LOG_TEMPLATE);

  private LogOptions() {}

  /**
   * A template that no line is made of is a format that was forgotten. The default's own text is
   * let pass: a file may spell out what holds anyway.
   */
  static void report(Reading reading) {
    String template = reading.get(ACCESS_LOG_TEMPLATE);
    if (!template.equals(TEMPLATE_BY_DEFAULT)
        && reading.get(ACCESS_LOG_FORMAT) != Format.TEMPLATE) {
      reading.report(
          Problem.unusable(
              ACCESS_LOG_TEMPLATE,
              template,
              reading.source(ACCESS_LOG_TEMPLATE),
              "only together with " + ACCESS_LOG_FORMAT.commandLineName() + " template"));
    }
  }
}
