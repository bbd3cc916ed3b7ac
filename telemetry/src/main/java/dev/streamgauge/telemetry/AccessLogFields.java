package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import dev.streamgauge.timeline.RequestRecord.Points;
import dev.streamgauge.timeline.RequestRecord.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the access log says of a finished request, field by field, in the contract's order; how it
 * is written is a {@link FieldSink}'s matter. What is unknown is left out. Milliseconds have three
 * decimals, cut off rather than rounded: so a token time of a replay and {@code ttft_ms} agree.
 * Needs no lock: an instance holds nothing that changes.
 */
public final class AccessLogFields {
  /** Those for which OpenTelemetry's log records and resources have places of their own. */
  private static final Set<String> ELSEWHERE_IN_OTEL =
      Set.of("time", "trace_id", "span_id", "pod", "namespace", "node");

  private final AccessLogging settings;

  public AccessLogFields(AccessLogging settings) {
    this.settings = settings;
  }

  /**
   * Tells all fields.
   *
   * @param slowBecause what a late first token waited for; null where it was not late
   */
  public void tell(RequestRecord record, @Nullable String slowBecause, FieldSink line) {
    request(record, line);
    result(record, line);
    times(record, line);
    Generation generation = record.generation();
    pace(generation, record.transfer(), line);
    tokens(generation, line);
    transfer(record.transfer(), line);
    line.field(Name.GRPC_STATUS, record.grpcStatus());
    phases(record, line);
    line.field(Name.SLOW_BECAUSE, slowBecause);
    engine(record.engine(), line);
    gpu(record, line);
    line.field(Name.POD, settings.pod());
    line.field(Name.NAMESPACE, settings.namespace());
    line.field(Name.NODE, settings.node());
    line.field(Name.ERROR, record.error());
  }

  /**
   * Whether a field is an attribute of OpenTelemetry's log record, and not in a place of its own.
   */
  public static boolean isOtelAttribute(FieldName name) {
    return !ELSEWHERE_IN_OTEL.contains(name.text());
  }

  /** What happened, in a few words: the body of a log record that has its fields elsewhere. */
  public static String summary(RequestRecord record) {
    String path = record.path();
    int query = path == null ? -1 : path.indexOf('?');
    return (record.method() == null ? "-" : record.method())
        + " "
        + (path == null ? "-" : query < 0 ? path : path.substring(0, query))
        + " "
        + (record.status() == null ? "-" : record.status())
        + " "
        + record.outcome().label();
  }

  private static void request(RequestRecord record, FieldSink line) {
    if (record.receivedAt() != null) {
      line.time(Name.TIME, record.receivedAt());
    }
    line.field(Name.REQUEST_ID, record.requestId());
    line.field(Name.TRACE_ID, record.traceId());
    line.field(Name.SPAN_ID, record.spanId());
    line.field(Name.METHOD, record.method());
    path(record.path(), line);
    line.field(Name.PROTOCOL, record.protocol().label());
    line.field(Name.DIALECT, record.dialect().label());
    line.field(Name.OPERATION, record.operation().label());
    line.field(Name.MODEL, record.model() == null ? record.requestedModel() : record.model());
    line.field(Name.STREAM, record.stream());
  }

  /** A query may hold a secret: it is cut here too, in case that one came. */
  private static void path(@Nullable String path, FieldSink line) {
    if (path != null) {
      int query = path.indexOf('?');
      line.field(Name.PATH, path, query < 0 ? path.length() : query);
    }
  }

  private static void result(RequestRecord record, FieldSink line) {
    line.field(Name.STATUS, record.status());
    line.field(Name.OUTCOME, record.outcome().label());
    Generation generation = record.generation();
    if (generation != null && generation.finishReason() != null) {
      String reason = generation.finishReason().label();
      String raw = generation.finishReasonRaw();
      line.field(Name.FINISH_REASON, reason);
      line.field(Name.FINISH_REASON_RAW, reason.equals(raw) ? null : raw);
    }
  }

  private static void times(RequestRecord record, FieldSink line) {
    Points points = record.points();
    millis(Name.QUEUE_MS, record.queuedNanos(), line);
    millis(Name.CONNECT_MS, connectNanos(points), line);
    millis(Name.HEADERS_MS, points.headers(), line);
    millis(Name.TTFB_MS, points.firstByte(), line);
    millis(Name.TTFT_MS, points.firstToken(), line);
    millis(Name.TTFA_MS, points.firstAnswerToken(), line);
    millis(Name.LAST_TOKEN_MS, points.lastToken(), line);
    millis(Name.DURATION_MS, points.ended(), line);
  }

  private static @Nullable Long connectNanos(Points points) {
    return points.connectStarted() == null || points.connected() == null
        ? null
        : (Long) Math.max(0, points.connected() - points.connectStarted());
  }

  private static void pace(@Nullable Generation generation, Transfer transfer, FieldSink line) {
    if (generation != null) {
      millis(Name.TPOT_MS, generation.timePerOutputTokenNanos(), line);
      millis(Name.GAP_MAX_MS, generation.gapMaxNanos(), line);
      millis(Name.GAP_P50_MS, generation.gapP50Nanos(), line);
      millis(Name.GAP_P99_MS, generation.gapP99Nanos(), line);
      line.field(Name.STALLS, generation.stalls());
    }
    millis(Name.CLIENT_PAUSED_MS, transfer.clientPausedNanos(), line);
    if (generation != null) {
      line.field(Name.CHUNKS, generation.tokenEvents());
    }
  }

  private static void tokens(@Nullable Generation generation, FieldSink line) {
    if (generation == null) {
      return;
    }
    line.field(Name.INPUT_TOKENS, generation.inputTokens());
    line.field(Name.OUTPUT_TOKENS, generation.outputTokens());
    line.field(Name.CACHED_INPUT_TOKENS, generation.cachedInputTokens());
    line.field(Name.REASONING_TOKENS, generation.reasoningTokens());
    if (generation.tokensSource() != null) {
      line.field(Name.TOKENS_SOURCE, generation.tokensSource().label());
    }
    if (generation.countConflict() != null) {
      line.field(Name.COUNT_CONFLICT, generation.countConflict().label());
    }
    Double speed = generation.outputTokensPerSecond();
    if (speed != null && Double.isFinite(speed)) {
      line.thousandths(Name.OUTPUT_TOKENS_PER_SECOND, Math.round(speed * 1000));
    }
  }

  private void transfer(Transfer transfer, FieldSink line) {
    line.field(Name.REQUEST_BYTES, transfer.requestBytes());
    line.field(Name.RESPONSE_BYTES, transfer.responseBytes());
    line.field(Name.CLIENT, ClientAddressText.of(transfer.client(), settings.client()));
    if (transfer.upstreamReused() != null) {
      line.field(Name.UPSTREAM_REUSED, transfer.upstreamReused());
    }
    line.field(Name.RETRIES, (long) transfer.retries());
  }

  /** Each part ends at a whole microsecond, so that the parts add up to ttft_ms as printed. */
  private static void phases(RequestRecord record, FieldSink line) {
    TtftPhases phases = TtftPhases.of(record);
    if (phases == null) {
      return;
    }
    line.openObject(Name.PHASES);
    long end = part(Name.QUEUE_MS, phases.queueNanos(), 0, line);
    end = part(Name.CONNECT_MS, phases.connectNanos(), end, line);
    end = part(Name.HEADERS_MS, phases.headersNanos(), end, line);
    end = part(Name.ENGINE_QUEUE_MS, phases.engineQueueNanos(), end, line);
    end = part(Name.PREFILL_MS, phases.prefillNanos(), end, line);
    part(Name.REST_MS, phases.restNanos(), end, line);
    line.closeObject();
  }

  private static long part(FieldName name, @Nullable Long nanos, long startNanos, FieldSink line) {
    if (nanos == null) {
      return startNanos;
    }
    long endNanos = startNanos + nanos;
    line.thousandths(name, micros(endNanos) - micros(startNanos));
    return endNanos;
  }

  private static void engine(RequestRecord.@Nullable EngineTimes engine, FieldSink line) {
    if (engine == null
        || (engine.queueNanos() == null
            && engine.prefillNanos() == null
            && engine.decodeNanos() == null)) {
      return;
    }
    line.openObject(Name.ENGINE);
    millis(Name.QUEUE_MS, engine.queueNanos(), line);
    millis(Name.PREFILL_MS, engine.prefillNanos(), line);
    millis(Name.DECODE_MS, engine.decodeNanos(), line);
    line.closeObject();
  }

  private static void gpu(RequestRecord record, FieldSink line) {
    RequestRecord.GpuUse gpu = record.gpu();
    if (gpu != null) {
      Double memory = gpu.memoryUsedBytes();
      line.openObject(Name.GPU);
      thousandths(Name.UTILIZATION, gpu.utilizationRatio(), line);
      line.field(Name.MEMORY_USED_BYTES, memory == null ? null : (Long) Math.round(memory));
      thousandths(Name.ENERGY_JOULES, gpu.energyJoules(), line);
      thousandths(Name.JOULES_PER_OUTPUT_TOKEN, record.joulesPerOutputToken(), line);
      thousandths(Name.CONCURRENT, gpu.concurrent(), line);
      line.closeObject();
    }
  }

  private static void thousandths(FieldName name, @Nullable Double value, FieldSink line) {
    if (value != null && Double.isFinite(value)) {
      line.thousandths(name, Math.round(value * 1000));
    }
  }

  private static void millis(FieldName name, @Nullable Long nanos, FieldSink line) {
    if (nanos != null) {
      line.thousandths(name, micros(nanos));
    }
  }

  private static long micros(long nanos) {
    return Math.floorDiv(nanos, 1000L);
  }

  /** The names of the fields; part of the contract. */
  static final class Name {
    private static final List<String> NAMES = new ArrayList<>();

    /** Fields whose values are constants: labels, and what the settings say. */
    private static int constants;

    static final FieldName TIME = name("time");
    static final FieldName REQUEST_ID = name("request_id");
    static final FieldName TRACE_ID = name("trace_id");
    static final FieldName SPAN_ID = name("span_id");
    static final FieldName METHOD = name("method");
    static final FieldName PATH = name("path");
    static final FieldName PROTOCOL = constant("protocol");
    static final FieldName DIALECT = constant("dialect");
    static final FieldName OPERATION = constant("operation");
    static final FieldName MODEL = name("model");
    static final FieldName STREAM = name("stream");
    static final FieldName STATUS = name("status");
    static final FieldName OUTCOME = constant("outcome");
    static final FieldName FINISH_REASON = constant("finish_reason");
    static final FieldName FINISH_REASON_RAW = name("finish_reason_raw");
    static final FieldName QUEUE_MS = name("queue_ms");
    static final FieldName CONNECT_MS = name("connect_ms");
    static final FieldName HEADERS_MS = name("headers_ms");
    static final FieldName TTFB_MS = name("ttfb_ms");
    static final FieldName TTFT_MS = name("ttft_ms");
    static final FieldName TTFA_MS = name("ttfa_ms");
    static final FieldName LAST_TOKEN_MS = name("last_token_ms");
    static final FieldName DURATION_MS = name("duration_ms");
    static final FieldName TPOT_MS = name("tpot_ms");
    static final FieldName GAP_MAX_MS = name("gap_max_ms");
    static final FieldName GAP_P50_MS = name("gap_p50_ms");
    static final FieldName GAP_P99_MS = name("gap_p99_ms");
    static final FieldName STALLS = name("stalls");
    static final FieldName CLIENT_PAUSED_MS = name("client_paused_ms");
    static final FieldName CHUNKS = name("chunks");
    static final FieldName INPUT_TOKENS = name("input_tokens");
    static final FieldName OUTPUT_TOKENS = name("output_tokens");
    static final FieldName CACHED_INPUT_TOKENS = name("cached_input_tokens");
    static final FieldName REASONING_TOKENS = name("reasoning_tokens");
    static final FieldName TOKENS_SOURCE = constant("tokens_source");
    static final FieldName COUNT_CONFLICT = name("count_conflict");
    static final FieldName OUTPUT_TOKENS_PER_SECOND = name("output_tokens_per_second");
    static final FieldName REQUEST_BYTES = name("request_bytes");
    static final FieldName RESPONSE_BYTES = name("response_bytes");
    static final FieldName CLIENT = name("client");
    static final FieldName UPSTREAM_REUSED = name("upstream_reused");
    static final FieldName RETRIES = name("retries");
    static final FieldName GRPC_STATUS = name("grpc_status");
    static final FieldName PHASES = name("phases");
    static final FieldName SLOW_BECAUSE = name("slow_because");
    static final FieldName ENGINE_QUEUE_MS = name("engine_queue_ms");
    static final FieldName PREFILL_MS = name("prefill_ms");
    static final FieldName REST_MS = name("rest_ms");
    static final FieldName ENGINE = name("engine");
    static final FieldName DECODE_MS = name("decode_ms");
    static final FieldName GPU = name("gpu");
    static final FieldName UTILIZATION = name("utilization");
    static final FieldName MEMORY_USED_BYTES = name("memory_used_bytes");
    static final FieldName ENERGY_JOULES = name("energy_joules");
    static final FieldName JOULES_PER_OUTPUT_TOKEN = name("joules_per_output_token");
    static final FieldName CONCURRENT = name("concurrent");
    static final FieldName POD = constant("pod");
    static final FieldName NAMESPACE = constant("namespace");
    static final FieldName NODE = constant("node");
    static final FieldName ERROR = name("error");

    /** All of them, for whoever checks a name. */
    static final Set<String> ALL = Set.copyOf(NAMES);

    private Name() {}

    /** How many fields have constants for values. */
    static int constants() {
      return constants;
    }

    private static FieldName constant(String text) {
      NAMES.add(text);
      return FieldName.ofConstants(text, constants++);
    }

    private static FieldName name(String text) {
      NAMES.add(text);
      return new FieldName(text);
    }
  }
}
