package dev.streamgauge.fuzz;

import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.DialectPaths;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.util.Arrays;

/** One answer read in one way, by all that the proxy reads answers with. */
final class FuzzedAnswer {
  private static final TimelineSettings TIMING = Timing.of(Settings.defaults().metrics());
  private static final AccessLogJson LOG = new AccessLogJson(AccessLogging.defaults());
  private static final ReaderLimits SMALL = new ReaderLimits(256, 1024);
  private static final int STEP_NANOS = 3_000_000;

  /** On either side of what is read. */
  private static final int GUARD_BYTES = 8;

  private final FuzzInput input;
  private final RequestFacts request;
  private final TokenTimeline timeline = new TokenTimeline(TIMING);
  private final Told told = new Told(timeline);
  private final ResponseReader reader;
  private long nowNanos;

  private FuzzedAnswer(Dialect dialect, FuzzInput input, boolean compared) {
    boolean grpc = dialect.overGrpc();
    boolean coded = grpc || input.has(FuzzInput.COMPRESSED);
    this.input = input;
    this.request = RequestReader.read("POST", DialectPaths.of(dialect), new byte[0], 0, 0);
    this.reader =
        ResponseReader.open(
            request,
            200,
            contentType(dialect, input.has(FuzzInput.WHOLE_ANSWER)),
            coded ? "gzip" : null,
            grpc || input.has(FuzzInput.RECOGNISED) ? null : dialect,
            input.has(FuzzInput.SMALL_LIMITS) ? SMALL : ReaderLimits.defaults(),
            new PatternPool(compared ? 1 : 0),
            told);
  }

  /** As what its answers come. */
  static String contentType(Dialect dialect, boolean whole) {
    if (dialect.overGrpc()) {
      return "application/grpc";
    }
    if (whole) {
      return "application/json";
    }
    return dialect == Dialect.OLLAMA ? "application/x-ndjson" : "text/event-stream";
  }

  /** In one read, each piece compared with the one before it. */
  static FuzzedAnswer whole(Dialect dialect, FuzzInput input) {
    FuzzedAnswer answer = new FuzzedAnswer(dialect, input, true);
    answer.feed(0, input.body().length);
    answer.end();
    return answer;
  }

  /** In many reads. */
  static FuzzedAnswer cut(Dialect dialect, FuzzInput input) {
    FuzzedAnswer answer = new FuzzedAnswer(dialect, input, input.has(FuzzInput.COMPARED));
    int at = 0;
    while (at < input.body().length) {
      int next = input.cutBehind(at);
      answer.feed(at, next);
      at = next;
    }
    answer.end();
    return answer;
  }

  /** Reads a copy between guards, looks whether it stayed as it was, and wipes it. */
  private void feed(int start, int end) {
    byte[] read = new byte[end - start + 2 * GUARD_BYTES];
    Arrays.fill(read, (byte) '"');
    System.arraycopy(input.body(), start, read, GUARD_BYTES, end - start);
    byte[] before = read.clone();
    nowNanos += STEP_NANOS;
    timeline.readAt(nowNanos, false);
    reader.read(read, GUARD_BYTES, GUARD_BYTES + end - start);
    Checks.that(Arrays.equals(read, before), "what is read stays as it is", start);
    Arrays.fill(read, (byte) '!');
  }

  private void end() {
    reader.end();
    Throwable thrown = reader.thrown();
    if (thrown != null) {
      throw new IllegalStateException("nothing is thrown inside", thrown);
    }
    Checks.that(!reader.wantsBytes(), "nothing is held after the end", reader.dialect());
  }

  String told() {
    return reader.dialect()
        + " "
        + reader.unparsed()
        + " "
        + reader.readToItsEnd()
        + "\n"
        + told.text();
  }

  byte[] logLine() {
    RequestTimeline marks = new RequestTimeline(0, null);
    marks.headers(1);
    marks.firstByte(STEP_NANOS);
    return LOG.line(marks.finish(facts(), timeline, nowNanos), AccessLogJson.Extras.none());
  }

  private RequestEnd facts() {
    return new RequestEnd(
        null,
        null,
        null,
        request.method(),
        request.path(),
        Protocol.HTTP_1_1,
        reader.dialect(),
        request.operation(),
        request.model(),
        reader.stream(),
        200,
        null,
        timeline.outcomeOfCleanEnd(200, reader.readToItsEnd()),
        null,
        0,
        input.body().length,
        null,
        null,
        0,
        reader.unparsed());
  }
}
