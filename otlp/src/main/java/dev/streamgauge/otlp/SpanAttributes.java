package dev.streamgauge.otlp;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.ClientAddressText;
import dev.streamgauge.telemetry.GenAiAttribute;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request's span says of it: by the conventions for HTTP servers and RPC (v1.41) and for
 * generative AI (by the profile), the rest under names of our own. Nothing of a body, a query or a
 * header.
 *
 * @param client what of a client's address is told
 * @param secure whether clients connect by TLS
 */
record SpanAttributes(Semconv profile, ClientAddress client, boolean secure) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** RFC 9110 section 9 and RFC 5789; all others are written as the conventions want it. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

  /** Low in number: the model is the server's word, never the client's. */
  static String name(RequestRecord record) {
    if (record.operation() == Operation.OTHER) {
      String method = record.method();
      return method == null || !METHODS.contains(method) ? "HTTP" : method;
    }
    String operation = GenAiAttribute.operationName(record.operation());
    return record.model() == null ? operation : operation + " " + record.model();
  }

  Attributes of(RequestRecord record) {
    AttributesBuilder all = Attributes.builder();
    http(record, all);
    if (record.operation() != Operation.OTHER) {
      genAi(record, all);
    }
    ours(record, all);
    return all.build();
  }

  private void http(RequestRecord record, AttributesBuilder all) {
    String method = record.method();
    boolean known = method != null && METHODS.contains(method);
    all.put("http.request.method", known ? method : "_OTHER");
    if (method != null && !known) {
      all.put("http.request.method_original", method);
    }
    all.put("url.scheme", secure ? "https" : "http");
    put(all, "url.path", path(record.path()));
    put(all, "http.response.status_code", record.status());
    all.put("network.protocol.version", version(record.protocol()));
    put(all, "client.address", ClientAddressText.of(record.transfer().client(), client));
    all.put("http.request.body.size", record.transfer().requestBytes());
    all.put("http.response.body.size", record.transfer().responseBytes());
    if (record.outcome() != Outcome.OK) {
      all.put("error.type", record.outcome().label());
    }
    if (record.protocol() == Protocol.GRPC) {
      all.put("rpc.system.name", "grpc");
      String path = record.path();
      put(all, "rpc.method", path == null || path.length() < 2 ? null : path.substring(1));
      Integer status = record.grpcStatus();
      put(all, "rpc.response.status_code", status == null ? null : Integer.toString(status));
    }
  }

  private static @Nullable String path(@Nullable String path) {
    int query = path == null ? -1 : path.indexOf('?');
    return path == null || query < 0 ? path : path.substring(0, query);
  }

  private static String version(Protocol protocol) {
    return switch (protocol) {
      case HTTP_1_0 -> "1.0";
      case HTTP_1_1 -> "1.1";
      case H2, GRPC -> "2";
    };
  }

  private void genAi(RequestRecord record, AttributesBuilder all) {
    put(all, GenAiAttribute.OPERATION_NAME, GenAiAttribute.operationName(record.operation()));
    put(all, GenAiAttribute.PROVIDER_NAME, "unknown");
    put(all, GenAiAttribute.REQUEST_MODEL, record.requestedModel());
    put(all, GenAiAttribute.RESPONSE_MODEL, record.model());
    if (record.stream()) {
      for (String name : GenAiAttribute.REQUEST_STREAM.names(profile)) {
        all.put(name, true);
      }
      seconds(all, record.points().firstToken());
    }
    Generation generation = record.generation();
    if (generation != null) {
      if (generation.finishReason() != null) {
        List<String> reasons = List.of(generation.finishReason().label());
        for (String name : GenAiAttribute.RESPONSE_FINISH_REASONS.names(profile)) {
          all.put(AttributeKey.stringArrayKey(name), reasons);
        }
      }
      put(all, GenAiAttribute.USAGE_INPUT_TOKENS, generation.inputTokens());
      put(all, GenAiAttribute.USAGE_OUTPUT_TOKENS, generation.outputTokens());
      put(all, GenAiAttribute.USAGE_CACHE_READ, generation.cachedInputTokens());
      put(all, GenAiAttribute.USAGE_CACHE_WRITE, generation.cacheWriteInputTokens());
      put(all, GenAiAttribute.USAGE_REASONING, generation.reasoningTokens());
    }
  }

  private void seconds(AttributesBuilder all, @Nullable Long firstTokenNanos) {
    if (firstTokenNanos != null) {
      for (String name : GenAiAttribute.RESPONSE_TIME_TO_FIRST_CHUNK.names(profile)) {
        all.put(name, firstTokenNanos / NANOS_PER_SECOND);
      }
    }
  }

  private static void ours(RequestRecord record, AttributesBuilder all) {
    put(all, "streamgauge.request_id", record.requestId());
    all.put("streamgauge.outcome", record.outcome().label());
    all.put("streamgauge.dialect", record.dialect().label());
    all.put("streamgauge.retries", record.transfer().retries());
    all.put("streamgauge.client_paused", record.transfer().clientPausedNanos() / NANOS_PER_SECOND);
    put(all, "streamgauge.error", record.error());
    Generation generation = record.generation();
    if (generation == null) {
      return;
    }
    put(all, "streamgauge.token_events", generation.tokenEvents());
    put(all, "streamgauge.stalls", generation.stalls());
    if (generation.tokensSource() != null) {
      all.put("streamgauge.tokens_source", generation.tokensSource().label());
    }
    if (generation.timePerOutputTokenNanos() != null) {
      all.put(
          "streamgauge.time_per_output_token",
          generation.timePerOutputTokenNanos() / NANOS_PER_SECOND);
    }
    if (generation.gapMaxNanos() != null) {
      all.put("streamgauge.longest_gap", generation.gapMaxNanos() / NANOS_PER_SECOND);
    }
  }

  private void put(AttributesBuilder all, GenAiAttribute attribute, @Nullable String value) {
    for (String name : attribute.names(profile)) {
      put(all, name, value);
    }
  }

  private void put(AttributesBuilder all, GenAiAttribute attribute, @Nullable Long value) {
    if (value != null) {
      for (String name : attribute.names(profile)) {
        all.put(name, value);
      }
    }
  }

  private static void put(AttributesBuilder all, String name, @Nullable String value) {
    if (value != null) {
      all.put(name, value);
    }
  }

  private static void put(AttributesBuilder all, String name, @Nullable Integer value) {
    if (value != null) {
      all.put(name, value);
    }
  }
}
