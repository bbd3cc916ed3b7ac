package dev.streamgauge.bench.jmh;

import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.telemetry.AccessLogLines;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the end of a request costs: {@code timed} is its timeline from the first mark to the record,
 * {@code counted} what the metrics take of a record, {@code logged} its line in JSON. With the
 * compiler that the proxy runs with.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:+UseCompactObjectHeaders",
      "-Xmx64m",
      "-XX:TieredStopAtLevel=1"
    })
public class RequestEnding {
  private static final TimelineSettings TIMING = Timing.of(Settings.defaults().metrics());
  private static final Instant RECEIVED_AT = Instant.parse("2026-11-24T04:18:39.187Z");
  private static final String REQUESTED_MODEL = "meta-llama/Llama-3.1-8B-Instruct";
  private static final char[] MODEL = REQUESTED_MODEL.toCharArray();
  private static final int RECORDS = 64;
  private static final int TOKENS = 50;
  private static final int LINES_BYTES_MAX = 64 * 1024;

  /** What the answer was. */
  public enum Answer {
    UNARY,
    STREAM
  }

  /** The kind of answer. */
  @Param public Answer answer = Answer.UNARY;

  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private final AccessLogLines lines =
      new AccessLogLines(TelemetrySettings.AccessLogging.defaults());
  private final RequestRecord[] records = new RequestRecord[RECORDS];
  private long nowNanos;
  private int next;

  /** Ends some requests, each with strings of its own, as those of a socket are. */
  @Setup
  public void end() {
    for (int i = 0; i < RECORDS; i++) {
      records[i] = ended("7f3c1a52-9d5e-4d08-8a7c-4f6f0f3c%04x".formatted(i));
    }
  }

  /** From the first mark to the record. */
  @Benchmark
  public RequestRecord timed() {
    return ended("7f3c1a52-9d5e-4d08-8a7c-4f6f0f3c1d9e");
  }

  /** What the metrics take of it. */
  @Benchmark
  public void counted() {
    telemetry.accept(records[next++ & RECORDS - 1]);
  }

  /** Its line of the access log. */
  @Benchmark
  public int logged() {
    if (lines.length() > LINES_BYTES_MAX) {
      lines.clear();
    }
    lines.add(records[next++ & RECORDS - 1]);
    return lines.length();
  }

  private RequestRecord ended(String requestId) {
    long receivedNanos = nowNanos;
    RequestTimeline times = new RequestTimeline(receivedNanos, RECEIVED_AT);
    TokenTimeline tokens = new TokenTimeline(TIMING);
    step(1_000);
    times.admitted(nowNanos);
    times.connected(nowNanos);
    times.connectionReused();
    step(41_000);
    times.firstSent(nowNanos);
    times.sent(nowNanos);
    times.bodyReceived(nowNanos);
    step(9_000_000);
    times.headers(nowNanos);
    times.firstByte(nowNanos);
    read(tokens);
    times.responseOverhead(12_345);
    step(23_456);
    return times.finish(facts(requestId), tokens, nowNanos);
  }

  private void read(TokenTimeline tokens) {
    tokens.readAt(nowNanos, false);
    tokens.model(String.valueOf(MODEL)); // not the same object as the last answer's
    if (answer == Answer.STREAM) {
      for (int i = 0; i < TOKENS; i++) {
        step(19_000_000 + (i * 7919L & 0xFFFFF));
        tokens.readAt(nowNanos, false);
        tokens.tokenEvent(0, TokenKind.TEXT, 0, null);
      }
    }
    tokens.finished(0, FinishReason.STOP, "stop");
    tokens.usage(
        TokenSource.USAGE, 512, TOKENS, StreamSink.UNKNOWN, StreamSink.UNKNOWN, StreamSink.UNKNOWN);
    tokens.endMarker();
  }

  private void step(long nanos) {
    nowNanos += nanos;
  }

  private RequestEnd facts(String requestId) {
    return new RequestEnd(
        requestId,
        "0af7651916cd43dd8448eb211c80319c",
        "b7ad6b7169203331",
        "POST",
        "/v1/chat/completions",
        Protocol.HTTP_1_1,
        Dialect.OPENAI_CHAT,
        Operation.CHAT,
        REQUESTED_MODEL,
        answer == Answer.STREAM,
        200,
        null,
        Outcome.OK,
        null,
        2_048,
        2_121,
        null,
        true,
        0,
        null);
  }
}
