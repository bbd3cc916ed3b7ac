package dev.streamgauge.telemetry;

import static dev.streamgauge.telemetry.JsonLine.ascii;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestRecord.Generation;
import dev.streamgauge.timeline.RequestRecord.Points;
import dev.streamgauge.timeline.RequestRecord.Transfer;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * One finished request as one line of JSON. What is unknown is left out. Milliseconds have three
 * decimals, cut off rather than rounded: so a token time of a replay and {@code ttft_ms} agree.
 * Needs no lock: an instance holds nothing that changes.
 */
public final class AccessLogJson {
  private static final int LINE_BYTES_EXPECTED = 1536;

  private final AccessLogging settings;

  public AccessLogJson(AccessLogging settings) {
    this.settings = settings;
  }

  /** Fields that only a replay of a recording has. */
  public static final class Extras {
    private static final Extras NONE = new Extras(null, null, null);

    private final @Nullable String file;
    private final long @Nullable [] tokenTimesMicros;
    private final long @Nullable [] inferenceTtftMicros;

    private Extras(
        @Nullable String file,
        long @Nullable [] tokenTimesMicros,
        long @Nullable [] inferenceTtftMicros) {
      this.file = file;
      this.tokenTimesMicros = tokenTimesMicros;
      this.inferenceTtftMicros = inferenceTtftMicros;
    }

    public static Extras none() {
      return NONE;
    }

    public static Extras ofFile(String file) {
      return new Extras(file, null, null);
    }

    /**
     * With a time for each token event, since the read that completed the request, and of a call
     * that may carry several inferences the time to the first token of each, since its own request;
     * copied.
     */
    public Extras withTimesMicros(long[] tokens, long @Nullable [] inferenceTtfts) {
      return new Extras(
          file, tokens.clone(), inferenceTtfts == null ? null : inferenceTtfts.clone());
    }
  }

  /** The line with its line feed, in UTF-8. */
  public byte[] line(RequestRecord record, Extras extras) {
    JsonLine line = new JsonLine(LINE_BYTES_EXPECTED);
    append(record, extras, line);
    return line.copy();
  }

  void append(RequestRecord record, Extras extras, JsonLine line) {
    append(record, null, extras, line);
  }

  /**
   * Adds a line.
   *
   * @param slowBecause what a late first token waited for; null where it was not late
   */
  void append(RequestRecord record, @Nullable String slowBecause, Extras extras, JsonLine line) {
    line.open();
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
    line.field(Name.FILE, extras.file);
    if (extras.tokenTimesMicros != null) {
      line.array(Name.TOKEN_TIMES_US, extras.tokenTimesMicros);
    }
    if (extras.inferenceTtftMicros != null) {
      line.array(Name.INFERENCE_TTFT_US, extras.inferenceTtftMicros);
    }
    line.close();
    line.endLine();
  }

  private static void request(RequestRecord record, JsonLine line) {
    time(record.receivedAt(), line);
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
  private static void path(@Nullable String path, JsonLine line) {
    if (path != null) {
      int query = path.indexOf('?');
      line.field(Name.PATH, path, query < 0 ? path.length() : query);
    }
  }

  private static void result(RequestRecord record, JsonLine line) {
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

  private static void times(RequestRecord record, JsonLine line) {
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

  private static void pace(@Nullable Generation generation, Transfer transfer, JsonLine line) {
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

  private static void tokens(@Nullable Generation generation, JsonLine line) {
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

  private void transfer(Transfer transfer, JsonLine line) {
    line.field(Name.REQUEST_BYTES, transfer.requestBytes());
    line.field(Name.RESPONSE_BYTES, transfer.responseBytes());
    line.field(Name.CLIENT, ClientAddressText.of(transfer.client(), settings.client()));
    if (transfer.upstreamReused() != null) {
      line.field(Name.UPSTREAM_REUSED, transfer.upstreamReused());
    }
    line.field(Name.RETRIES, (long) transfer.retries());
  }

  /** Each part ends at a whole microsecond, so that the parts add up to ttft_ms as printed. */
  private static void phases(RequestRecord record, JsonLine line) {
    TtftPhases phases = TtftPhases.of(record);
    if (phases == null) {
      return;
    }
    line.open(Name.PHASES);
    long end = part(Name.QUEUE_MS, phases.queueNanos(), 0, line);
    end = part(Name.CONNECT_MS, phases.connectNanos(), end, line);
    end = part(Name.HEADERS_MS, phases.headersNanos(), end, line);
    end = part(Name.ENGINE_QUEUE_MS, phases.engineQueueNanos(), end, line);
    end = part(Name.PREFILL_MS, phases.prefillNanos(), end, line);
    part(Name.REST_MS, phases.restNanos(), end, line);
    line.close();
  }

  private static long part(byte[] name, @Nullable Long nanos, long startNanos, JsonLine line) {
    if (nanos == null) {
      return startNanos;
    }
    long endNanos = startNanos + nanos;
    line.thousandths(name, micros(endNanos) - micros(startNanos));
    return endNanos;
  }

  private static void engine(RequestRecord.@Nullable EngineTimes engine, JsonLine line) {
    if (engine == null
        || (engine.queueNanos() == null
            && engine.prefillNanos() == null
            && engine.decodeNanos() == null)) {
      return;
    }
    line.open(Name.ENGINE);
    millis(Name.QUEUE_MS, engine.queueNanos(), line);
    millis(Name.PREFILL_MS, engine.prefillNanos(), line);
    millis(Name.DECODE_MS, engine.decodeNanos(), line);
    line.close();
  }

  private static void gpu(RequestRecord record, JsonLine line) {
    RequestRecord.GpuUse gpu = record.gpu();
    if (gpu != null) {
      Double memory = gpu.memoryUsedBytes();
      line.open(Name.GPU);
      thousandths(Name.UTILIZATION, gpu.utilizationRatio(), line);
      line.field(Name.MEMORY_USED_BYTES, memory == null ? null : (Long) Math.round(memory));
      thousandths(Name.ENERGY_JOULES, gpu.energyJoules(), line);
      thousandths(Name.JOULES_PER_OUTPUT_TOKEN, record.joulesPerOutputToken(), line);
      thousandths(Name.CONCURRENT, gpu.concurrent(), line);
      line.close();
    }
  }

  private static void thousandths(byte[] name, @Nullable Double value, JsonLine line) {
    if (value != null && Double.isFinite(value)) {
      line.thousandths(name, Math.round(value * 1000));
    }
  }

  /** RFC 3339 in UTC, cut to milliseconds. */
  private static void time(@Nullable Instant instant, JsonLine line) {
    if (instant == null) {
      return;
    }
    LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    line.openString(Name.TIME);
    line.padded(utc.getYear(), 4);
    line.put('-');
    line.padded(utc.getMonthValue(), 2);
    line.put('-');
    line.padded(utc.getDayOfMonth(), 2);
    line.put('T');
    line.padded(utc.getHour(), 2);
    line.put(':');
    line.padded(utc.getMinute(), 2);
    line.put(':');
    line.padded(utc.getSecond(), 2);
    line.put('.');
    line.padded(utc.getNano() / 1_000_000, 3);
    line.put('Z');
    line.closeString();
  }

  private static void millis(byte[] name, @Nullable Long nanos, JsonLine line) {
    if (nanos != null) {
      line.thousandths(name, micros(nanos));
    }
  }

  private static long micros(long nanos) {
    return Math.floorDiv(nanos, 1000L);
  }

  /** The names of the fields; part of the contract. */
  private static final class Name {
    static final byte[] TIME = ascii("time");
    static final byte[] REQUEST_ID = ascii("request_id");
    static final byte[] TRACE_ID = ascii("trace_id");
    static final byte[] SPAN_ID = ascii("span_id");
    static final byte[] METHOD = ascii("method");
    static final byte[] PATH = ascii("path");
    static final byte[] PROTOCOL = ascii("protocol");
    static final byte[] DIALECT = ascii("dialect");
    static final byte[] OPERATION = ascii("operation");
    static final byte[] MODEL = ascii("model");
    static final byte[] STREAM = ascii("stream");
    static final byte[] STATUS = ascii("status");
    static final byte[] OUTCOME = ascii("outcome");
    static final byte[] FINISH_REASON = ascii("finish_reason");
    static final byte[] FINISH_REASON_RAW = ascii("finish_reason_raw");
    static final byte[] QUEUE_MS = ascii("queue_ms");
    static final byte[] CONNECT_MS = ascii("connect_ms");
    static final byte[] HEADERS_MS = ascii("headers_ms");
    static final byte[] TTFB_MS = ascii("ttfb_ms");
    static final byte[] TTFT_MS = ascii("ttft_ms");
    static final byte[] TTFA_MS = ascii("ttfa_ms");
    static final byte[] LAST_TOKEN_MS = ascii("last_token_ms");
    static final byte[] DURATION_MS = ascii("duration_ms");
    static final byte[] TPOT_MS = ascii("tpot_ms");
    static final byte[] GAP_MAX_MS = ascii("gap_max_ms");
    static final byte[] GAP_P50_MS = ascii("gap_p50_ms");
    static final byte[] GAP_P99_MS = ascii("gap_p99_ms");
    static final byte[] STALLS = ascii("stalls");
    static final byte[] CLIENT_PAUSED_MS = ascii("client_paused_ms");
    static final byte[] CHUNKS = ascii("chunks");
    static final byte[] INPUT_TOKENS = ascii("input_tokens");
    static final byte[] OUTPUT_TOKENS = ascii("output_tokens");
    static final byte[] CACHED_INPUT_TOKENS = ascii("cached_input_tokens");
    static final byte[] REASONING_TOKENS = ascii("reasoning_tokens");
    static final byte[] TOKENS_SOURCE = ascii("tokens_source");
    static final byte[] COUNT_CONFLICT = ascii("count_conflict");
    static final byte[] OUTPUT_TOKENS_PER_SECOND = ascii("output_tokens_per_second");
    static final byte[] REQUEST_BYTES = ascii("request_bytes");
    static final byte[] RESPONSE_BYTES = ascii("response_bytes");
    static final byte[] CLIENT = ascii("client");
    static final byte[] UPSTREAM_REUSED = ascii("upstream_reused");
    static final byte[] RETRIES = ascii("retries");
    static final byte[] GRPC_STATUS = ascii("grpc_status");
    static final byte[] PHASES = ascii("phases");
    static final byte[] SLOW_BECAUSE = ascii("slow_because");
    static final byte[] ENGINE_QUEUE_MS = ascii("engine_queue_ms");
    static final byte[] PREFILL_MS = ascii("prefill_ms");
    static final byte[] REST_MS = ascii("rest_ms");
    static final byte[] ENGINE = ascii("engine");
    static final byte[] DECODE_MS = ascii("decode_ms");
    static final byte[] GPU = ascii("gpu");
    static final byte[] UTILIZATION = ascii("utilization");
    static final byte[] MEMORY_USED_BYTES = ascii("memory_used_bytes");
    static final byte[] ENERGY_JOULES = ascii("energy_joules");
    static final byte[] JOULES_PER_OUTPUT_TOKEN = ascii("joules_per_output_token");
    static final byte[] CONCURRENT = ascii("concurrent");
    static final byte[] POD = ascii("pod");
    static final byte[] NAMESPACE = ascii("namespace");
    static final byte[] NODE = ascii("node");
    static final byte[] ERROR = ascii("error");
    static final byte[] FILE = ascii("file");
    static final byte[] TOKEN_TIMES_US = ascii("token_times_us");
    static final byte[] INFERENCE_TTFT_US = ascii("inference_ttft_us");
  }
}
