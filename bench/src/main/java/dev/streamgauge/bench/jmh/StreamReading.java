package dev.streamgauge.bench.jmh;

import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.nio.charset.StandardCharsets;
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
 * What one piece of an endless stream costs to read: {@code like} differs from the last one in its
 * text and may be compared, {@code unlike} must be read whole, {@code cut} arrives in two reads;
 * {@code parserOnly} is {@code unlike} without the timeline. With the compiler that the proxy runs
 * with.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 3,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1"})
public class StreamReading {
  private static final long STEP_NANOS = 20_000_000;
  private static final TimelineSettings TIMING = Timing.of(Settings.defaults().metrics());

  /** The dialect, by its recorded shape. */
  @Param public Shape dialect = Shape.OPENAI_CHAT;

  private TokenTimeline timeline = new TokenTimeline(TIMING);
  private ResponseReader comparing = reader(Shape.OPENAI_CHAT, 1, timeline);
  private ResponseReader reading = reader(Shape.OPENAI_CHAT, 0, timeline);
  private ResponseReader alone = reader(Shape.OPENAI_CHAT, 0, new NoSink());
  private byte[] piece = {};
  private byte[] other = {};
  private int growsAt = -1;
  private long nowNanos;

  /** Opens both readers and shows them the first pieces. */
  @Setup
  public void open() {
    Shape shape = dialect == Shape.COMMENT ? Shape.OPENAI_CHAT : dialect;
    timeline = new TokenTimeline(TIMING);
    comparing = reader(shape, 1, timeline);
    reading = reader(shape, 0, timeline);
    alone = reader(shape, 0, new NoSink());
    byte[] first = shape.piece();
    piece = dialect.piece();
    other = dialect.other();
    growsAt = dialect.growsAt();
    timeline.readAt(nowNanos, false);
    comparing.read(first, 0, first.length);
    reading.read(first, 0, first.length);
    alone.read(first, 0, first.length);
  }

  /** All that the proxy does for a piece like the last one. */
  @Benchmark
  public int like() {
    if (growsAt < 0) {
      byte[] next = other;
      other = piece;
      piece = next;
    }
    grow();
    nowNanos += STEP_NANOS;
    timeline.readAt(nowNanos, false);
    comparing.read(piece, 0, piece.length);
    return timeline.tokenEvents();
  }

  /** Framer, dialect and timeline: all that the proxy does for any other piece. */
  @Benchmark
  public int unlike() {
    nowNanos += STEP_NANOS;
    grow();
    timeline.readAt(nowNanos, false);
    reading.read(piece, 0, piece.length);
    return timeline.tokenEvents();
  }

  /** The same, the piece cut in its middle. */
  @Benchmark
  public int cut() {
    nowNanos += STEP_NANOS;
    int middle = piece.length / 2;
    grow();
    timeline.readAt(nowNanos, false);
    comparing.read(piece, 0, middle);
    timeline.readAt(nowNanos, false);
    comparing.read(piece, middle, piece.length);
    return timeline.tokenEvents();
  }

  /** Framer and dialect without the timeline. */
  @Benchmark
  public boolean parserOnly() {
    grow();
    alone.read(piece, 0, piece.length);
    return alone.stream();
  }

  /** One more of what the piece counts; a count that did not grow would be no token. */
  private void grow() {
    int at = growsAt;
    while (at >= 0 && ++piece[at] > '9') {
      piece[at--] = '0';
    }
  }

  private static ResponseReader reader(Shape shape, int patterns, StreamSink sink) {
    byte[] request = "{\"model\":\"m\",\"stream\":true}".getBytes(StandardCharsets.UTF_8);
    return ResponseReader.open(
        RequestReader.read("POST", shape.path(), request, 0, request.length),
        200,
        shape.contentType(),
        null,
        null,
        ReaderLimits.defaults(),
        new PatternPool(patterns),
        sink);
  }
}
