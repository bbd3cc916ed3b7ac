package dev.streamgauge.bench.jmh;

import dev.streamgauge.bench.load.UnaryBodies;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.parser.StreamSink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a chat that is not streamed costs to read, 2 KB each way, without the timeline: its request,
 * and its answer from head to end. With the flags that the proxy runs with.
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
public class UnaryReading {
  private static final byte[] PATH = "/v1/chat/completions".getBytes(StandardCharsets.ISO_8859_1);

  private final byte[] request = UnaryBodies.REQUEST.getBytes(StandardCharsets.UTF_8);
  private final byte[] answer = UnaryBodies.ANSWER.getBytes(StandardCharsets.UTF_8);
  private final PatternPool patterns = new PatternPool(1);
  private final StreamSink sink = new NoSink();
  private final RequestFacts facts = facts(request);

  /** What the request says of itself. */
  @Benchmark
  public RequestFacts request() {
    return facts(request);
  }

  /** Its answer, which comes in one read. */
  @Benchmark
  public Dialect answer() {
    ResponseReader reader =
        ResponseReader.open(
            facts, 200, "application/json", null, null, ReaderLimits.defaults(), patterns, sink);
    reader.read(answer, 0, answer.length);
    reader.end();
    return reader.dialect();
  }

  private static RequestFacts facts(byte[] body) {
    // As a head has it: a new string for each request, whose hash is not known yet.
    String path = new String(PATH, StandardCharsets.ISO_8859_1);
    return RequestReader.read("POST", path, body, 0, body.length);
  }
}
