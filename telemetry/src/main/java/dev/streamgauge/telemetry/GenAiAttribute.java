package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of OpenTelemetry's conventions for generative AI, by release: v1.41 is
 * open-telemetry/semantic-conventions at that tag (model/gen-ai), the next one is
 * open-telemetry/semantic-conventions-genai (v0.1.0 and main, docs/gen-ai). The one place for these
 * names; spans and the mirror of metrics take them from here.
 */
public enum GenAiAttribute {
  OPERATION_NAME("gen_ai.operation.name"),
  PROVIDER_NAME("gen_ai.provider.name"),
  REQUEST_MODEL("gen_ai.request.model"),
  REQUEST_STREAM("gen_ai.request.stream"),
  RESPONSE_MODEL("gen_ai.response.model"),
  RESPONSE_FINISH_REASONS("gen_ai.response.finish_reasons"),
  RESPONSE_TIME_TO_FIRST_CHUNK("gen_ai.response.time_to_first_chunk"),
  USAGE_INPUT_TOKENS("gen_ai.usage.input_tokens"),
  USAGE_OUTPUT_TOKENS("gen_ai.usage.output_tokens"),
  USAGE_CACHE_READ("gen_ai.usage.cache_read.input_tokens"),
  USAGE_CACHE_WRITE(
      "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens"),
  USAGE_REASONING("gen_ai.usage.reasoning.output_tokens"),
  TOKEN_TYPE("gen_ai.token.type", null),
  TOKEN_MODALITY(null, "gen_ai.token.modality");

  private final @Nullable String v141;
  private final @Nullable String next;

  GenAiAttribute(String name) {
    this(name, name);
  }

  GenAiAttribute(@Nullable String v141, @Nullable String next) {
    this.v141 = v141;
    this.next = next;
  }

  /** A label as OpenTelemetry writes it; others than those of the mirror stay as they are. */
  public static String ofLabel(String label) {
    for (GenAiAttribute attribute : values()) {
      String dotted = GenAiNames.only(attribute.v141, attribute.next);
      if (GenAiNames.underscored(dotted).equals(label)) {
        return dotted;
      }
    }
    return label.equals("error_type") ? "error.type" : label;
  }

  /** Its names in a profile: none, one, or one of each release. */
  public List<String> names(Semconv profile) {
    return GenAiNames.of(v141, next, profile);
  }

  /** What {@link #OPERATION_NAME} says of it; ours where the conventions know no such operation. */
  public static String operationName(Operation operation) {
    return operation == Operation.COMPLETION ? "text_completion" : operation.label();
  }

  /** As Prometheus writes it, where both releases agree or only one has it. */
  String label() {
    return GenAiNames.underscored(GenAiNames.only(v141, next));
  }
}
