package dev.streamgauge.fuzz;

import com.sun.management.ThreadMXBean;
import dev.streamgauge.config.Settings;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.InferRequestReader;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.Inferences;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RecordSink;
import dev.streamgauge.timeline.RequestEnd;
import dev.streamgauge.timeline.RequestRecord;
import dev.streamgauge.timeline.RequestTimeline;
import dev.streamgauge.timeline.TimelineSettings;
import dev.streamgauge.timeline.TokenTimeline;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fuzzer's target for the requests on one gRPC call: any bytes as the messages of a {@code
 * ModelStreamInfer}. Holds that
 *
 * <ul>
 *   <li>nothing is thrown, not even inside, where the reader would catch it;
 *   <li>whole and cut anywhere the same is told, and ids are bounded;
 *   <li>what was read is unchanged, and no more is allocated than in proportion to it;
 *   <li>each request becomes one inference at most, in flight or told once, whose times are in
 *       order, whichever responses come in between.
 * </ul>
 */
public final class InferRequestFuzz {
  static final String PATH = "/inference.GRPCInferenceService/ModelStreamInfer";

  private static final List<String> OTHER_PATHS =
      List.of(
          "/vllm.grpc.engine.VllmEngine/Generate",
          "/sglang.grpc.scheduler.SglangScheduler/Generate",
          "/trtllm.TrtllmService/Generate");
  private static final TimelineSettings TIMING = Timing.of(Settings.defaults().metrics());
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long ALLOCATED_BYTES_BASE = 2 << 20;
  private static final long ALLOCATED_BYTES_EACH = 1024;
  private static final int TRIES_MAX = 4;
  private static final int STEP_NANOS = 3_000_000;

  private InferRequestFuzz() {}

  /** Called by the fuzzer for each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput input = FuzzInput.of(data, true);
    byte[] body = input.body();
    byte[] before = body.clone();
    List<String> whole = new ArrayList<>();
    InferRequestReader reader = open(input, whole);
    reader.read(body, 0, body.length);
    List<String> cut = new ArrayList<>();
    InferRequestReader other = open(input, cut);
    for (int at = 0; at < body.length; ) {
      int next = input.cutBehind(at);
      other.read(body, at, next);
      at = next;
    }
    Checks.that(Arrays.equals(body, before), "what is read stays as it is", body.length);
    check(reader);
    check(other);
    Checks.that(whole.equals(cut), "cuts change nothing", whole + "\n---\n" + cut);
    checkFacts(body);
    checkMemory(input, whole);
  }

  private static void checkFacts(byte[] body) {
    RequestFacts facts = RequestReader.read("POST", PATH, body, 0, body.length);
    String model = facts.model();
    Checks.that(model == null || model.length() <= 256, "the model's name is bounded", facts);
    for (String path : OTHER_PATHS) {
      RequestReader.read("POST", path, body, 0, body.length / 2);
    }
  }

  /**
   * The least of some tries: what the program allocates comes with each, and what the fuzzer does
   * in its place, such as to make a class ready, with one.
   */
  private static void checkMemory(FuzzInput input, List<String> asked) {
    long allowed = ALLOCATED_BYTES_BASE + ALLOCATED_BYTES_EACH * input.body().length;
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < TRIES_MAX && allocated > allowed; tries++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      checkInferences(input, asked);
      allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    Checks.that(allocated <= allowed, "memory is bounded", allocated);
  }

  /** Responses to some of what was asked come between the reads, and some that nobody asked for. */
  private static void checkInferences(FuzzInput input, List<String> asked) {
    Timed told = new Timed();
    Inferences inferences = Inferences.open(PATH, encoding(input), TIMING, told);
    if (inferences == null) {
      throw new IllegalStateException("a call of several requests");
    }
    TokenTimeline tokens = new TokenTimeline(TIMING, inferences);
    byte[] body = input.body();
    long nowNanos = 0;
    int turn = 0;
    for (int at = 0; at < body.length; turn++) {
      int next = input.cutBehind(at);
      nowNanos += STEP_NANOS;
      inferences.request(body, at, next, nowNanos);
      tokens.readAt(nowNanos + 1, turn % 7 == 0);
      respond(tokens, asked.isEmpty() ? "x" : asked.get(turn % asked.size()), turn);
      at = next;
    }
    RequestTimeline marks = new RequestTimeline(0, null);
    RequestRecord call = marks.finish(end(), tokens, nowNanos + STEP_NANOS);
    Checks.that(told.ended <= asked.size(), "a request is one inference", told.ended);
    RequestRecord.Generation generation = call.generation();
    Integer timed = generation == null ? null : generation.inferences();
    Checks.that(timed != null && timed == told.timed, "each that was timed was told", told.timed);
  }

  private static void respond(TokenTimeline tokens, String id, int turn) {
    byte[] response = ("model" + id).getBytes(StandardCharsets.ISO_8859_1);
    tokens.inference(response, 5, response.length, 0, turn % 5);
    if (turn % 3 != 0) {
      tokens.tokenEvent(turn % 2, TokenKind.TEXT, 0, null);
    }
    if (turn % 11 == 0) {
      tokens.inferenceEnded();
    }
  }

  private static InferRequestReader open(FuzzInput input, List<String> told) {
    InferRequestReader reader =
        InferRequestReader.open(
            PATH,
            encoding(input),
            (bytes, start, end, asksForFinal) -> {
              Checks.that(end - start <= InferRequestReader.ID_BYTES_MAX, "an id is bounded", end);
              told.add(new String(bytes, start, end - start, StandardCharsets.ISO_8859_1));
            });
    if (reader == null) {
      throw new IllegalStateException("a call of several requests");
    }
    return reader;
  }

  private static @Nullable String encoding(FuzzInput input) {
    return input.has(FuzzInput.RECOGNISED) ? "deflate" : "gzip";
  }

  private static void check(InferRequestReader reader) {
    Throwable thrown = reader.thrown();
    if (thrown != null) {
      throw new IllegalStateException("nothing is thrown inside", thrown);
    }
  }

  private static RequestEnd end() {
    return new RequestEnd(
        null,
        null,
        null,
        "POST",
        PATH,
        Protocol.GRPC,
        Dialect.KSERVE_GRPC,
        Operation.INFER,
        null,
        true,
        200,
        0,
        Outcome.OK,
        null,
        0,
        0,
        null,
        null,
        0,
        null);
  }

  /** Holds each inference against the rules. */
  private static final class Timed implements RecordSink {
    private int ended;
    private int timed;

    @Override
    public void accept(RequestRecord record) {}

    @Override
    public void inference(InferenceRecord record) {
      ended++;
      Long first = record.firstTokenNanos();
      Long last = record.lastTokenNanos();
      Checks.that((first == null) == (record.tokenEvents() == 0), "tokens have times", record);
      if (first != null && last != null) {
        timed++;
        boolean inOrder = first >= 0 && first <= last && last <= record.endedNanos();
        Checks.that(inOrder, "times are in order", record);
      }
      String model = record.model();
      Checks.that(model == null || model.length() <= 256, "the model's name is bounded", record);
    }
  }
}
