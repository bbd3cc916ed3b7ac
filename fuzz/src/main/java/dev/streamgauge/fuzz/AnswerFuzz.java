package dev.streamgauge.fuzz;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.sun.management.ThreadMXBean;
import dev.streamgauge.parser.Dialect;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * The fuzzer's target for answers: any bytes as the answer of one dialect. Holds that
 *
 * <ul>
 *   <li>nothing is thrown, not even inside, where the reader would catch it;
 *   <li>whole and cut anywhere the same is told, and the sink's own rules hold;
 *   <li>what was read is unchanged, and nothing of it is used after it was given back;
 *   <li>no more is allocated than in proportion to the body;
 *   <li>the access-log line is one line of JSON.
 * </ul>
 */
public final class AnswerFuzz {
  private static final long ALLOCATED_BYTES_BASE = 2 << 20;
  private static final long ALLOCATED_BYTES_EACH = 512;
  private static final int TRIES_MAX = 4;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final JsonFactory JSON = new JsonFactory();

  private static Dialect dialect = Dialect.OPENAI_CHAT;

  private AnswerFuzz() {}

  /** Called by the fuzzer, once. */
  public static void fuzzerInitialize(String[] arguments) {
    dialect = Dialect.of(arguments[0]);
  }

  /** Called by the fuzzer for each input. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    check(dialect, data);
  }

  static void check(Dialect dialect, byte[] data) throws IOException {
    FuzzInput input = FuzzInput.of(data, dialect.overGrpc());
    FuzzedAnswer whole = FuzzedAnswer.whole(dialect, input);
    checkMemory(dialect, input);
    FuzzedAnswer cut = FuzzedAnswer.cut(dialect, input);
    Checks.that(
        whole.told().equals(cut.told()),
        "cuts change nothing",
        whole.told() + "\n---\n" + cut.told());
    checkLine(whole.logLine());
    checkLine(cut.logLine());
  }

  /**
   * The least of some tries: what the readers allocate comes with each, and what the fuzzer does in
   * their place, such as to make a class ready, with one.
   */
  private static void checkMemory(Dialect dialect, FuzzInput input) {
    long allowed = ALLOCATED_BYTES_BASE + ALLOCATED_BYTES_EACH * input.body().length;
    long allocated = Long.MAX_VALUE;
    for (int tries = 0; tries < TRIES_MAX && allocated > allowed; tries++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      FuzzedAnswer.whole(dialect, input);
      allocated = Math.min(allocated, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    Checks.that(allocated <= allowed, "memory is bounded", allocated);
  }

  private static void checkLine(byte[] line) throws IOException {
    for (int i = 0; i < line.length; i++) {
      Checks.that((line[i] == '\n') == (i == line.length - 1), "one line", i);
    }
    try (JsonParser parser = JSON.createParser(line)) {
      int depth = 0;
      while (parser.nextToken() != null) {
        depth = Math.max(depth, parser.getParsingContext().getNestingDepth());
      }
      Checks.that(depth > 0, "an object", depth);
    }
  }
}
