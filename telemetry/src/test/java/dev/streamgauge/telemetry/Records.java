package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finished requests to test with, each a variation of one of two. All times in milliseconds. */
public final class Records {
  private static final Instant RECEIVED_AT = Instant.parse("2026-03-04T05:06:07.089999999Z");

  private RequestRecord.@Nullable Generation generation;
  private @Nullable Integer status;
  private @Nullable Integer grpcStatus;
  private Operation operation;
  private boolean stream;
  private String requestId = "req-1";
  private @Nullable String path;
  private @Nullable String model;
  private @Nullable String requestedModel;
  private Outcome outcome;
  private @Nullable String error;
  private @Nullable String client = "192.0.2.77";
  private RequestRecord.Points points;
  private RequestRecord.@Nullable EngineTimes engine;
  private RequestRecord.@Nullable GpuUse gpu;
  private @Nullable Double memoryBytes;
  private boolean engineQueued;

  private Records(
      RequestRecord.@Nullable Generation generation,
      int status,
      Outcome outcome,
      RequestRecord.Points points) {
    this.generation = generation;
    this.status = status;
    this.operation = generation == null ? Operation.OTHER : Operation.CHAT;
    this.stream = generation != null;
    this.outcome = outcome;
    this.points = points;
  }

  /** A streamed chat on a fresh connection, all of whose points were reached. */
  public static Records streamed() {
    RequestRecord.Points points =
        new RequestRecord.Points(
            ms(1), ms(2), null, ms(2), ms(5), ms(5), ms(6), ms(20), ms(21), ms(100), ms(120),
            ms(400), ms(500));
    return new Records(generation(null), 200, Outcome.OK, points)
        .path("/v1/chat/completions")
        .model("llama");
  }

  /** A request that the proxy itself refused. */
  public static Records refused() {
    return new Records(null, 400, Outcome.CALLER_INVALID, neverAdmitted(null, ms(1)))
        .error("bad request line");
  }

  /**
   * Of a request that never got to the server.
   *
   * @param sentAway by the queue; null if it did not wait
   */
  public static RequestRecord.Points neverAdmitted(@Nullable Long sentAway, long ended) {
    return new RequestRecord.Points(
        null, null, sentAway, null, null, null, null, null, null, null, null, null, ended);
  }

  public RequestRecord record() {
    boolean streamed = generation != null;
    return new RequestRecord(
        RECEIVED_AT,
        requestId,
        streamed ? "0af7651916cd43dd8448eb211c80319c" : null,
        streamed ? "b7ad6b7169203331" : null,
        path == null ? null : "POST",
        path,
        Protocol.HTTP_1_1,
        streamed ? Dialect.OPENAI_CHAT : Dialect.UNKNOWN,
        operation,
        model,
        requestedModel,
        stream,
        status,
        grpcStatus,
        outcome,
        error,
        points,
        new RequestRecord.Transfer(123, 4567, client, streamed ? false : null, 0, 0, null),
        generation,
        engine,
        gpu,
        engineQueued,
        0,
        null,
        List.of(),
        null);
  }

  public Records requestId(String other) {
    requestId = other;
    return this;
  }

  public Records path(String other) {
    path = other;
    return this;
  }

  public Records model(String other) {
    model = other;
    return this;
  }

  public Records requestedModel(String other) {
    requestedModel = other;
    return this;
  }

  public Records outcome(Outcome other) {
    outcome = other;
    return this;
  }

  public Records status(@Nullable Integer other) {
    status = other;
    return this;
  }

  public Records grpcStatus(int other) {
    grpcStatus = other;
    return this;
  }

  public Records operation(Operation other) {
    operation = other;
    return this;
  }

  public Records stream(boolean other) {
    stream = other;
    return this;
  }

  public Records error(String other) {
    error = other;
    return this;
  }

  public Records client(@Nullable String other) {
    client = other;
    return this;
  }

  /** A call whose inferences, so many, were told one by one. */
  public Records inferences(int timed) {
    generation = generation(timed);
    return this;
  }

  public Records points(RequestRecord.Points other) {
    points = other;
    return this;
  }

  public Records engine(@Nullable Long queueNanos, @Nullable Long prefillNanos) {
    engine = new RequestRecord.EngineTimes(queueNanos, prefillNanos, null, null);
    return this;
  }

  public Records gpu(@Nullable Double utilization, @Nullable Double joules, boolean throttled) {
    gpu = new RequestRecord.GpuUse(utilization, memoryBytes, joules, 2.5, throttled);
    return this;
  }

  public Records gpuMemory(double bytes) {
    memoryBytes = bytes;
    return this;
  }

  public Records engineQueued() {
    engineQueued = true;
    return this;
  }

  static long ms(long millis) {
    return millis * 1_000_000;
  }

  private static RequestRecord.Generation generation(@Nullable Integer inferences) {
    return new RequestRecord.Generation(
        31,
        FinishReason.STOP,
        "stop",
        TokenSource.USAGE,
        12L,
        31L,
        4L,
        null,
        0L,
        null,
        ms(10),
        103.333333,
        15_500_000L,
        ms(10),
        15_000_000L,
        0,
        0L,
        null,
        null,
        TokenBasis.LOGPROBS,
        inferences);
  }
}
