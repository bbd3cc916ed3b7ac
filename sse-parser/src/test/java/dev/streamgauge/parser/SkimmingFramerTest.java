package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Answers of pooling models are read without what fills them. */
class SkimmingFramerTest {
  private static final String HEAD = "{\"object\":\"list\",\"data\":[{\"embedding\":[0.1";
  private static final String TAIL =
      "]}],\"model\":\"tiny\",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}";
  private static final String VECTOR = ",-0.0342494137,1.5e-05,0.25,-1";

  private final EventLog log = new EventLog();

  private ResponseReader open(String path, @Nullable String coding, @Nullable Dialect forced) {
    return open(path, "application/json", coding, forced, ReaderLimits.defaults());
  }

  private ResponseReader open(
      String path,
      String type,
      @Nullable String coding,
      @Nullable Dialect forced,
      ReaderLimits limits) {
    return ResponseReader.open(
        Answers.post(path), 200, type, coding, forced, limits, new PatternPool(1), log);
  }

  @Test
  void fiftyMebibytesAreReadInTheMemoryOfTheCounts() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] read = Answers.utf8(VECTOR.repeat(65536 / VECTOR.length()));
    ResponseReader reader = open("/v1/embeddings", null, null);
    reader.read(Answers.utf8(HEAD), 0, HEAD.length());
    long before = threads.getCurrentThreadAllocatedBytes();
    for (long bytes = 0; bytes < 50L << 20; bytes += read.length) {
      reader.read(read, 0, read.length);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    reader.read(Answers.utf8(TAIL), 0, TAIL.length());
    reader.end();
    assertThat(allocated).as("bytes allocated").isLessThan(4096);
    assertThat(reader.unparsed()).isNull();
    assertThat(log.events).containsExactly("model tiny", "usage usage 5 -1 -1", "end");
  }

  @Test
  void anArrayIsHeldEmptyAndALongStringShort() {
    SkimmingFramer framer =
        new SkimmingFramer(
            1 << 20,
            (bytes, start, end, _) ->
                log.events.add(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
    byte[] body =
        Answers.utf8("{\"a\":[1,{\"b\":\"]\"}],\"c\":\"" + "x".repeat(999) + "\",\"d\":[ ]}");
    framer.read(body, 0, body.length);
    framer.end();
    String kept = "x".repeat(SkimmingFramer.STRING_BYTES_KEPT);
    assertThat(log.events).containsExactly("{\"a\":[],\"c\":\"" + kept + "\",\"d\":[]}");
  }

  @Test
  void whatRemainsIsBounded() {
    ReaderLimits small = new ReaderLimits(1024, 1 << 20);
    ResponseReader reader = open("/rerank", "application/json", null, null, small);
    Answers.readIn(reader, Answers.utf8("[" + "{\"index\":0},".repeat(200) + "1]"), 100);
    assertThat(reader.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(log.events).isEmpty();
  }

  @Test
  void gzipIsReadToo() throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(Answers.utf8(HEAD + VECTOR.repeat(9000) + TAIL));
    }
    Answers.readIn(open("/v1/embeddings", "gzip", null), coded.toByteArray(), 100);
    assertThat(log.events).containsExactly("model tiny", "usage usage 5 -1 -1", "end");
  }

  @Test
  void onlyWholeJsonIsRead() {
    for (String type : new String[] {"application/octet-stream", "text/plain"}) {
      ResponseReader reader = open("/v1/embeddings", type, null, null, ReaderLimits.defaults());
      assertThat(reader.wantsBytes()).as(type).isFalse();
      assertThat(reader.unparsed()).as(type).isNull();
      assertThat(reader.readToItsEnd()).as(type).isFalse();
    }
    assertThat(open("/v1/embeddings", "br", null).unparsed()).isEqualTo(UnparsedReason.ENCODING);
  }

  @Test
  void aTokenizersAnswerIsNoWorkOfTheModel() {
    for (String path : new String[] {"/tokenize", "/v1/messages/count_tokens"}) {
      ResponseReader reader = open(path, null, null);
      Answers.readIn(reader, Answers.utf8("{\"input_tokens\":23,\"count\":23}"), 100);
      assertThat(reader.dialect()).isEqualTo(Dialect.UNKNOWN);
    }
    assertThat(log.events).isEmpty();
  }

  @Test
  void aDialectIsForcedOnItsOwnKindOfAnswerOnly() {
    assertThat(open("/v1/embeddings", null, Dialect.OPENAI_CHAT).dialect())
        .isEqualTo(Dialect.OPENAI_EMBEDDINGS);
    assertThat(open("/v1/embeddings", null, Dialect.POOLING).dialect()).isEqualTo(Dialect.POOLING);
    assertThat(open("/v1/chat/completions", null, Dialect.POOLING).dialect())
        .isEqualTo(Dialect.UNKNOWN);
  }

  @Test
  void skimmedAnswersTellWhatWholeOnesDo() {
    Random random = new Random(5);
    for (int i = 0; i < 3000; i++) {
      String text = new RandomAnswer(random).text();
      byte[] body = Answers.utf8(text);
      EventLog whole = new EventLog();
      DialectParser.of(Dialect.POOLING, whole).answer(body, 0, body.length);
      EventLog skimmed = new EventLog();
      ResponseReader reader = Answers.open("/pooling", "application/json", null, skimmed);
      Answers.readIn(reader, body, 1 + random.nextInt(20));
      assertThat(skimmed.events).as(text).isEqualTo(whole.events);
    }
  }

  /** An object, or an array of them, in which each member may be anything. */
  private record RandomAnswer(Random random) {
    private static final String[] NAMES = {
      "model", "usage", "prompt_tokens", "total_tokens", "meta_info", "error", "data", "x", "index"
    };
    private static final String[] SCALARS = {
      "1",
      "-2.5e-07",
      "0",
      "null",
      "true",
      "\"\"",
      "\"a]}\"",
      "\"\\\"[{\"",
      "\"\\\\\"",
      "\"\\u00e9\\n\"",
      "\"é_yY\"",
      "17"
    };

    String text() {
      return random.nextInt(4) == 0 ? "[" + object(3) + "," + object(2) + "]" : object(4);
    }

    private String object(int depth) {
      StringBuilder members = new StringBuilder();
      for (int left = random.nextInt(6); left > 0; left--) {
        String name = NAMES[random.nextInt(NAMES.length)];
        members.append('"').append(name).append("\":").append(value(depth - 1));
        members.append(left > 1 ? random.nextBoolean() ? "," : " ,\n " : "");
      }
      return "{" + members + "}";
    }

    private String value(int depth) {
      return switch (depth <= 0 ? 9 : random.nextInt(10)) {
        case 0, 1 -> object(depth);
        case 2, 3 -> "[" + value(depth - 1) + ", " + value(depth - 1) + "]";
        case 4 -> "[" + "0.125,".repeat(random.nextInt(9)) + "1]";
        default -> SCALARS[random.nextInt(SCALARS.length)];
      };
    }
  }
}
