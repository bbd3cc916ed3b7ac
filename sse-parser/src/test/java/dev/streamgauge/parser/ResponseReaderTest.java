package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PIECE =
      "data: {\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\u00e4 \\u2028\"},"
          + "\"finish_reason\":null}]}\n\n";
  private static final String STREAM =
      ": hello\n\ndata: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
          + "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"
          + PIECE
          + "event: sglext_ids\ndata: what\n\n"
          + "data:{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"a\",\"reasoning_content\":\"a\"}}]}\n\n"
          + "data: {\"choices\":[{\"index\":0,\ndata: \"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2.0}}\n\n"
          + "data: [DONE]\n\n";

  private static final String IDS =
      "data: {\"request_id\":\"r\",\"usage\":null,\"output_mode\":\"tokens\",\"choices\":[{\"index\":0,"
          + "\"finish_reason\":null,\"stop_reason\":null,\"token_ids\":[2458],\"logprobs\":null}]}\n\n";
  private static final String COHERE_START =
      "data: {\"id\":\"c\",\"delta\":{\"message\":{\"role\":\"assistant\"}},"
          + "\"type\":\"message-start\"}\n\n";
  private static final String COHERE =
      "data: {\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"a\"}}},"
          + "\"type\":\"content-delta\"}\n\n";

  @Test
  void anyCutAndAnyLineEndReadsTheSame() {
    var expected = Answers.readSse(CHAT, STREAM).events;
    assertThat(expected)
        .containsExactly(
            "model m",
            "token 0 TEXT",
            "token 0 REASONING",
            "finished 0 stop stop",
            "usage usage 3 2 -1",
            "end");
    for (String lineEnd : new String[] {"\n", "\r\n", "\r"}) {
      byte[] body = Answers.utf8("\uFEFF" + STREAM.replace("\n", lineEnd));
      for (int cut = 0; cut <= body.length; cut++) {
        EventLog log = new EventLog();
        ResponseReader reader = Answers.sse(CHAT, log);
        Answers.feed(reader, body, 0, cut);
        Answers.feed(reader, body, cut, body.length);
        reader.end();
        assertThat(log.events).as("cut at %d", cut).isEqualTo(expected);
      }
    }
  }

  @Test
  void aLastEventWithoutItsBlankLineIsRead() {
    assertThat(Answers.readSse(CHAT, PIECE + "data: [DONE]").ended).isTrue();
  }

  @Test
  void gzipAndDeflateAreReadInAnyCut() throws IOException {
    byte[] plain = Answers.utf8(STREAM);
    var expected = Answers.readSse(CHAT, STREAM).events;
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    for (int half = 0; half < 2; half++) {
      try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
        int middle = plain.length / 2;
        out.write(plain, half * middle, half == 0 ? middle : plain.length - middle);
      }
    }
    ByteArrayOutputStream zlib = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
      out.write(plain);
    }
    byte[] wrapped = zlib.toByteArray();
    byte[] bare = java.util.Arrays.copyOfRange(wrapped, 2, wrapped.length - 4);
    assertThat(coded("gzip", gzip.toByteArray(), 1)).isEqualTo(expected);
    assertThat(coded("gzip", gzip.toByteArray(), 1000)).isEqualTo(expected);
    assertThat(coded("deflate", wrapped, 1)).isEqualTo(expected);
    assertThat(coded("deflate", bare, 1)).isEqualTo(expected);
    assertThat(coded("deflate", bare, 1000)).isEqualTo(expected);
  }

  private static Object coded(String coding, byte[] body, int bytesEach) {
    EventLog log = new EventLog();
    ResponseReader reader = Answers.open(CHAT, "text/event-stream", coding, log);
    Answers.readIn(reader, body, bytesEach);
    assertThat(reader.unparsed()).isNull();
    return log.events;
  }

  @Test
  void whatIsNotReadSaysWhy() {
    assertThat(opened(CHAT, "text/event-stream", "br").unparsed())
        .isEqualTo(UnparsedReason.ENCODING);
    assertThat(opened("/v1/images/edits", "text/event-stream", null).unparsed())
        .isEqualTo(UnparsedReason.DIALECT);
    assertThat(opened("/v1/messages", "application/x-ndjson", null).unparsed())
        .isEqualTo(UnparsedReason.DIALECT);
    assertThat(opened("/v1/embeddings", "application/json", null).unparsed()).isNull();
    ResponseReader corrupt = opened(CHAT, "text/event-stream", "gzip");
    Answers.readIn(corrupt, Answers.utf8("not gzip at all"), 100);
    assertThat(corrupt.unparsed()).isEqualTo(UnparsedReason.FAILURE);
    ResponseReader large = opened(CHAT, "text/event-stream", null);
    Answers.readIn(large, new byte[2 << 20], 5000);
    ResponseReader largeData = opened(CHAT, "text/event-stream", null);
    Answers.readIn(largeData, Answers.utf8("data: " + "x".repeat(2 << 20)), 5000);
    assertThat(largeData.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(largeData.wantsBytes()).isFalse();
  }

  private static ResponseReader opened(
      String path, String type, @org.jspecify.annotations.Nullable String coding) {
    return Answers.open(path, type, coding, new EventLog());
  }

  @Test
  void errorsComeInAllTheirShapes() {
    for (String error :
        new String[] {
          "{\"error\":{\"message\":\"m\",\"code\":500}}",
          "{\"object\":\"error\",\"message\":\"m\"}",
          "{\"error\":\"m\"}"
        }) {
      assertThat(Answers.readSse(CHAT, "data: " + error + "\n\n").events)
          .containsExactly("error m");
    }
    assertThat(Answers.readSse(CHAT, PIECE.replace("\"model\"", "\"error\":null,\"model\"")).events)
        .doesNotContain("error m");
  }

  @Test
  void usageOfZerosIsNone() {
    String zeros = PIECE.replace("\"model\"", "\"usage\":{\"prompt_tokens\":0},\"model\"");
    assertThat(Answers.readSse(CHAT, zeros).usages).isEmpty();
  }

  @Test
  void anEmptyTextOfACompletionIsATokenButNotFromLlamaCpp() {
    String empty = "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"\"}]";
    assertThat(Answers.readSse("/v1/completions", "data: " + empty + "}\n\n").tokenEvents).isOne();
    String llama = empty + ",\"system_fingerprint\":\"b0-unknown\"}";
    assertThat(Answers.readSse("/v1/completions", "data: " + llama + "\n\n").tokenEvents).isZero();
  }

  @Test
  void firstObjectTellsMoreThanThePath() {
    assertThat(shown("/v1/completions", IDS)).isEqualTo(Dialect.VLLM_GENERATE);
    assertThat(shown("/generate", IDS)).isEqualTo(Dialect.VLLM_GENERATE);
    assertThat(shown(CHAT, COHERE_START)).isEqualTo(Dialect.COHERE_CHAT);
    assertThat(shown("/cohere/v2/chat", PIECE)).isEqualTo(Dialect.OPENAI_CHAT);
  }

  private static Dialect shown(String path, String piece) {
    ResponseReader reader = Answers.sse(path, new EventLog());
    Answers.readIn(reader, Answers.utf8(piece), 100);
    return reader.dialect();
  }

  @Test
  void choicesPastTheCapAreCountedInTheLast() {
    String far = PIECE.replace("\"index\":0", "\"index\":9999999");
    assertThat(Answers.readSse(CHAT, far).events).contains("token 127 TEXT");
  }

  @Test
  void steadyStateAllocatesNothing() {
    String own =
        "data: {\"index\":0,\"content\":\"a\",\"tokens\":[1],\"stop\":false,"
            + "\"tokens_predicted\":2,\"tokens_evaluated\":7}\n\n";
    assertThat(allocatedBytes(CHAT, PIECE)).isZero();
    assertThat(allocatedBytes("/completion", own)).isZero();
    String tgis =
        "data:{\"index\":1,\"token\":{\"id\":5,\"text\":\" a\",\"logprob\":-0.5,\"special\":false},"
            + "\"generated_text\":null,\"details\":null}\n\n";
    assertThat(allocatedBytes("/generate_stream", tgis)).isZero();
    assertThat(allocatedBytes("/inference/v1/generate", IDS)).isZero();
    assertThat(allocatedBytes("/cohere/v2/chat", COHERE)).isZero();
  }

  @Test
  void steadyStateOfGzipAllocatesNothing() throws IOException {
    int pieces = 12_000;
    byte[] plain = Answers.utf8(PIECE);
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    int[] ends = new int[pieces];
    try (GZIPOutputStream out = new GZIPOutputStream(coded, 512, true)) {
      for (int i = 0; i < pieces; i++) {
        out.write(plain);
        out.flush();
        ends[i] = coded.size();
      }
    }
    byte[] body = coded.toByteArray();
    ResponseReader reader = Answers.open(CHAT, "text/event-stream", "gzip", new Silent());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 1, round = 0; round < 10; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (; i < (round + 1) * 1000; i++) {
        reader.read(body, i == 1 ? 0 : ends[i - 1], ends[i]);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    reader.close();
    assertThat(reader.unparsed()).isNull();
    assertThat(least).isZero();
  }

  private static long allocatedBytes(String path, String piece) {
    byte[] body = Answers.utf8(piece);
    ResponseReader reader = Answers.sse(path, new Silent());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        int cut = i % 2 == 0 ? body.length : i % body.length;
        reader.read(body, 0, cut);
        reader.read(body, cut, body.length);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(reader.unparsed()).isNull();
    return least;
  }

  private static final class Silent implements StreamSink {
    @Override
    public void model(String name) {}

    @Override
    public void tokenEvent(
        int choice,
        TokenKind kind,
        int tokens,
        @org.jspecify.annotations.Nullable TokenBasis basis) {}

    @Override
    public void usage(TokenSource s, long i, long o, long c, long w, long r) {}

    @Override
    public void finished(int choice, FinishReason reason, String raw) {}

    @Override
    public void endMarker() {}

    @Override
    public void error(String message) {}

    @Override
    public void engineTimes(long q, long p, long d, long l) {}

    @Override
    public void malformedFrame() {}
  }

  @Test
  void mutatedStreamsNeverFailTheReader() {
    Random random = new Random(42);
    byte[] sound = Answers.utf8(STREAM);
    for (int round = 0; round < 20_000; round++) {
      byte[] body = sound.clone();
      for (int i = random.nextInt(6); i >= 0; i--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      ResponseReader reader = Answers.sse(CHAT, new EventLog());
      Answers.readIn(reader, body, 1 + random.nextInt(200));
      assertThat(reader.unparsed()).isNotEqualTo(UnparsedReason.FAILURE);
    }
  }

  @Test
  void operationsGoByTheTailOfThePath() {
    assertThat(RequestReader.operationOf("POST", "/openai/v1/chat/completions?x=1"))
        .isEqualTo(Operation.CHAT);
    assertThat(RequestReader.operationOf("POST", "/completions")).isEqualTo(Operation.COMPLETION);
    assertThat(RequestReader.operationOf("POST", "/v1/messages/count_tokens"))
        .isEqualTo(Operation.TOKENIZE);
    assertThat(RequestReader.operationOf("GET", CHAT)).isEqualTo(Operation.OTHER);
    assertThat(RequestReader.operationOf("PUT", "/generate")).isEqualTo(Operation.GENERATE);
  }

  @Test
  void aWholeInferenceIsNamedByItsPathAndNotRead() {
    for (String path : new String[] {"/v2/models/m/infer", "/v1/models/m:predict"}) {
      ResponseReader reader = opened(path, "application/json", null);
      assertThat(reader.wantsBytes()).isFalse();
      assertThat(reader.dialect()).isEqualTo(Dialect.KSERVE_INFER);
      assertThat(reader.unparsed()).isNull();
    }
    assertThat(RequestReader.operationOf("POST", "/v1/files/m:predict")).isEqualTo(Operation.OTHER);
  }

  @Test
  void aBodyThatEndsCleanlyIsTheEndWhereNoMarkerIs() {
    String stream = "/v2/models/m/versions/1/generate_stream";
    assertThat(Answers.readSse(stream, "").ended).isTrue();
    assertThat(Answers.readSse(stream, "data: {\"model_name\":\"m\",\"y\":1}\n\n").ended).isTrue();
    assertThat(Answers.readSse(CHAT, "").ended).isFalse();
    EventLog cut = new EventLog();
    ResponseReader reader = Answers.sse(stream, cut);
    byte[] body = Answers.utf8("data: {\"model_name\":\"m\",\"text_output\":\"a\"}\n\n");
    reader.read(body, 0, body.length);
    reader.close();
    assertThat(cut.ended).isFalse();
    assertThat(asked(stream, "{}").asksForStream()).isTrue();
  }

  @Test
  void ollamaStreamsUnlessToldNotTo() {
    assertThat(asked("/api/chat", "{}").asksForStream()).isTrue();
    assertThat(asked("/api/generate?x=1", "").asksForStream()).isTrue();
    assertThat(asked("/api/chat", "{\"stream\":false}").asksForStream()).isFalse();
    assertThat(asked("/api/embed", "{}").asksForStream()).isFalse();
    assertThat(asked("/generate", "{}").asksForStream()).isFalse();
    assertThat(asked(CHAT, "{}").asksForStream()).isFalse();
    assertThat(asked(CHAT, "{\"stream\":true}").asksForStream()).isTrue();
  }

  private static RequestFacts asked(String path, String body) {
    byte[] bytes = Answers.utf8(body);
    return RequestReader.read("POST", path, bytes, 0, bytes.length);
  }

  @Test
  void aCutRequestTellsWhatCameBeforeTheCut() {
    byte[] body = Answers.utf8("{\"stream\":true,\"model\":\"a\\u00e9\",\"messages\":[{\"conte");
    RequestFacts facts = RequestReader.read("POST", CHAT, body, 0, body.length);
    assertThat(facts.model()).isEqualTo("aé");
    assertThat(facts.stream()).isTrue();
  }
}
