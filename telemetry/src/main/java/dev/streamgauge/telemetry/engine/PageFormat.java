package dev.streamgauge.telemetry.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The formats in which a page of metrics is written. */
public enum PageFormat {
  /** Prometheus' text, version 0.0.4; what is taken where nothing is said. */
  TEXT,
  /** OpenMetrics text, version 1.0. */
  OPEN_METRICS,
  /** Length-delimited {@code io.prometheus.client.MetricFamily}. */
  PROTOBUF;

  /**
   * What we ask a server for, in the order in which we like it. Without {@code escaping} Python's
   * client (0.26) writes {@code vllm_x} for {@code vllm:x} in OpenMetrics.
   */
  public static final String ACCEPTED =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
          + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.8,"
          + "text/plain;version=0.0.4;q=0.5";

  /** As a {@code Content-Type} says it; null where that is of something else, such as HTML. */
  public static @Nullable PageFormat of(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.toLowerCase(Locale.ROOT).strip();
    if (type.startsWith("application/vnd.google.protobuf")) {
      return PROTOBUF;
    }
    if (type.startsWith("application/openmetrics-text")) {
      return OPEN_METRICS;
    }
    return type.isEmpty() || type.startsWith("text/plain") ? TEXT : null;
  }
}
