package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.AccessLogSettings.Format;
import java.util.List;

/** The options of {@code streamgauge proxy} about how a line of the access log is written. */
public final class LogOptions {
  private static final int TEMPLATE_LENGTH_MAX = 4096;

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
          "{time} {request_id} \"{method} {path}\" {status} {outcome} {duration_ms} {ttft_ms}"
              + " {output_tokens}",
          "The line of --access-log-format template: text with {field} in it");

  static final List<Option<?>> ALL = List.of(ACCESS_LOG_FORMAT, ACCESS_LOG_TEMPLATE);

  private LogOptions() {}
}
