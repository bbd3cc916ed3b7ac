package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Metrics of OpenTelemetry's conventions for generative AI; sources as of the attributes. */
public enum GenAiMetric {
  SERVER_REQUEST_DURATION("gen_ai.server.request.duration", "s"),
  SERVER_TIME_TO_FIRST_TOKEN("gen_ai.server.time_to_first_token", "s"),
  SERVER_TIME_PER_OUTPUT_TOKEN("gen_ai.server.time_per_output_token", "s"),
  CLIENT_TOKEN_USAGE("gen_ai.client.token.usage", null, "{token}"),
  OPERATION_INPUT_TOKENS(null, "gen_ai.client.inference.operation.input_tokens", "{token}"),
  OPERATION_OUTPUT_TOKENS(null, "gen_ai.client.inference.operation.output_tokens", "{token}"),
  USAGE_INPUT_TOKENS(null, "gen_ai.client.inference.usage.input_tokens", "{token}"),
  USAGE_OUTPUT_TOKENS(null, "gen_ai.client.inference.usage.output_tokens", "{token}"),
  USAGE_CACHE_READ(null, "gen_ai.client.inference.usage.cache_read.input_tokens", "{token}"),
  USAGE_CACHE_WRITE(null, "gen_ai.client.inference.usage.cache_write.input_tokens", "{token}"),
  USAGE_REASONING(null, "gen_ai.client.inference.usage.reasoning.output_tokens", "{token}");

  private final @Nullable String v141;
  private final @Nullable String next;
  private final String unit;

  GenAiMetric(String name, String unit) {
    this(name, name, unit);
  }

  GenAiMetric(@Nullable String v141, @Nullable String next, String unit) {
    this.v141 = v141;
    this.next = next;
    this.unit = unit;
  }

  /** The one that Prometheus writes so, without {@code _total}; null where it is none of these. */
  public static @Nullable GenAiMetric ofPrometheus(String name) {
    for (GenAiMetric metric : values()) {
      if (metric.prometheusName().equals(name)) {
        return metric;
      }
    }
    return null;
  }

  /** Its names in a profile: none, one, or one of each release. */
  public List<String> names(Semconv profile) {
    return GenAiNames.of(v141, next, profile);
  }

  /** In UCUM. */
  public String unit() {
    return unit;
  }

  /** As OpenTelemetry writes it. */
  public String dotted() {
    return GenAiNames.only(v141, next);
  }

  /** As Prometheus writes it: the unit behind the name where it is one of Prometheus' own. */
  public String prometheusName() {
    String name = GenAiNames.underscored(dotted());
    return unit.equals("s") ? name + "_seconds" : name;
  }
}
