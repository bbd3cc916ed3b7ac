package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReaderBoundsTest {
  private static final ReaderLimits SMALL = new ReaderLimits(1024, 1 << 20);
  private static final String PIECE =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";

  private static final String LARGE = "data: " + "x".repeat(1025) + "\n\n";

  private final EventLog log = new EventLog();

  private ResponseReader open(
      String type, @Nullable String coding, @Nullable Dialect forced, ReaderLimits limits) {
    return ResponseReader.open(
        Answers.post("/v1/chat/completions"),
        200,
        type,
        coding,
        forced,
        limits,
        new PatternPool(1),
        log);
  }

  /** Feeds the body itself, which must stay as it is, in pieces. */
  private static void readUntouched(ResponseReader reader, byte[] body) {
    byte[] before = body.clone();
    for (int at = 0; at < body.length; at += 700) {
      reader.read(body, at, Math.min(body.length, at + 700));
    }
    reader.end();
    assertThat(body).isEqualTo(before);
  }

  @Test
  void aFrameAboveTheLimitIsLeftOutAndTheReadingGoesOn() {
    ResponseReader reader = open("text/event-stream", null, null, SMALL);
    readUntouched(reader, Answers.utf8(PIECE + LARGE + PIECE + "data: [DONE]\n\n"));
    assertThat(reader.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(log.events).containsExactly("token 0 TEXT", "token 0 TEXT", "end");
    assertThat(reader.readToItsEnd()).isTrue();
  }

  @Test
  void aFrameAboveTheLimitIsLeftOutWhereverItIsCut() {
    byte[] body = Answers.utf8(PIECE + LARGE + "data: a\ndata: " + LARGE + PIECE);
    for (int cut = 1; cut < body.length; cut++) {
      ResponseReader reader = open("text/event-stream", null, null, SMALL);
      reader.read(body, 0, cut);
      reader.read(body, cut, body.length);
      reader.end();
      assertThat(log.events).as("cut at " + cut).containsExactly("token 0 TEXT", "token 0 TEXT");
      log.events.clear();
    }
  }

  @Test
  void aLineAboveTheLimitIsLeftOut() {
    ResponseReader lines = open("application/x-ndjson", null, Dialect.OLLAMA, SMALL);
    String piece = "{\"message\":{\"content\":\"a\"},\"done\":false}\n";
    String large = "{\"x\":\"" + "x".repeat(1500) + "\"}\n";
    readUntouched(lines, Answers.utf8(piece + large + piece));
    assertThat(lines.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(log.events).endsWith("usage events -1 2 -1");
  }

  @Test
  void aMessageAboveTheLimitGoesByWhereverItIsCut() throws IOException {
    byte[] body =
        GrpcText.bytes(
            List.of(
                "message", "1: \"a\"",
                "message", "1: \"" + "x".repeat(1500) + "\"",
                "message gzip", "1: \"" + "y".repeat(1500) + "\"",
                "message gzip", "1: \"b\"",
                "message", "1: \"c\""));
    for (int cut = 1; cut < body.length; cut++) {
      StringBuilder texts = new StringBuilder();
      Framer.Frames taken =
          new Framer.Frames() {
            @Override
            public void frame(byte[] bytes, int start, int end, EventName event) {
              texts.append((char) bytes[end - 1]);
            }

            @Override
            public void leftOut() {
              texts.append('-');
            }
          };
      GrpcFramer framer = new GrpcFramer(ContentCoding.GZIP, SMALL, taken);
      framer.read(body, 0, cut);
      framer.read(body, cut, body.length);
      framer.end();
      assertThat(texts).as("cut at " + cut).hasToString("a--bc");
      assertThat(framer.betweenFrames()).isTrue();
      assertThat(framer.fault()).isNull();
      framer.release();
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfAText() {
    ResponseReader lines = open("application/x-ndjson", null, Dialect.OLLAMA, SMALL);
    readUntouched(lines, Answers.utf8("\uFEFF{\"message\":{\"content\":\"a\"},\"done\":false}\n"));
    ResponseReader whole = open("application/json", null, null, SMALL);
    readUntouched(
        whole, Answers.utf8("\uFEFF{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\"}}]}"));
    assertThat(log.events)
        .containsExactly("token 0 TEXT 1 by events", "usage events -1 1 -1", "end");
  }

  @Test
  void whatIsNotAsItsTypeSaysIsNotReadAndNotTakenForCutOff() {
    ResponseReader stream = open("application/json", null, null, SMALL);
    readUntouched(stream, Answers.utf8(PIECE + PIECE));
    assertThat(stream.unparsed()).isEqualTo(UnparsedReason.DIALECT);
    assertThat(stream.readToItsEnd()).isFalse();
    for (String type : new String[] {"application/json", "text/plain", "application/x-ndjson"}) {
      ResponseReader forced = open(type, null, Dialect.OPENAI_CHAT, SMALL);
      readUntouched(forced, Answers.utf8(PIECE + PIECE));
      assertThat(forced.unparsed()).isEqualTo(UnparsedReason.DIALECT);
    }
    ResponseReader events = open("text/event-stream", null, Dialect.OLLAMA, SMALL);
    readUntouched(events, Answers.utf8("{\"message\":{\"content\":\"a\"}}\n"));
    assertThat(events.unparsed()).isEqualTo(UnparsedReason.DIALECT);
    ResponseReader lines = open("application/json", null, null, SMALL);
    readUntouched(lines, Answers.utf8("{\"choices\":[]}\n{\"choices\":[]}\n"));
    assertThat(lines.unparsed()).isEqualTo(UnparsedReason.DIALECT);
    assertThat(log.events).containsExactly("malformed");
  }

  @Test
  void anEventThatIsCutOffIsNoCleanEnd() {
    String event = "data: {\"model_name\":\"m\",\"text_output\":\"a\"}\n\n";
    for (String last : new String[] {"", "data: {\"model_name\":\"m\",\"text_o"}) {
      ResponseReader reader = open("text/event-stream", null, Dialect.TRITON_GENERATE, SMALL);
      readUntouched(reader, Answers.utf8(event + last));
    }
    assertThat(log.events)
        .containsExactly("model m", "token 0 TEXT", "end", "model m", "token 0 TEXT", "malformed");
  }

  @Test
  void wholeJsonThatIsCutAnywhereIsKnownToBeCutOff() {
    byte[] body =
        Answers.utf8(
            "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\\u00e9\\\"\"}}],\"x\":[true]}");
    for (int end = 1; end < body.length; end++) {
      for (Dialect forced : new Dialect[] {null, Dialect.OPENAI_CHAT}) {
        ResponseReader reader = open("application/json", null, forced, SMALL);
        reader.read(body, 0, end);
        reader.end();
        assertThat(reader.readToItsEnd()).as(end + " of " + body.length).isTrue();
      }
    }
    assertThat(log.events).doesNotContain("end");
  }

  @Test
  void aFrameOfManyLinesIsBoundedAsAWhole() {
    ResponseReader reader = open("text/event-stream", null, null, SMALL);
    readUntouched(reader, Answers.utf8(PIECE + "data: 123456\n".repeat(200)));
    assertThat(reader.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
  }

  @Test
  void aFrameAtTheLimitIsRead() {
    ResponseReader reader = open("text/event-stream", null, null, SMALL);
    String end = "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}";
    String start = "{\"x\":\"";
    String filler = "x".repeat(1024 - start.length() - end.length() - 2);
    readUntouched(reader, Answers.utf8("data: " + start + filler + "\"," + end + "\n\n"));
    assertThat(reader.unparsed()).isNull();
    assertThat(log.events).containsExactly("token 0 TEXT");
  }

  @Test
  void aLineOrAWholeAnswerAboveTheLimitIsNotRead() {
    ResponseReader lines = open("application/x-ndjson", null, Dialect.OPENAI_CHAT, SMALL);
    readUntouched(lines, Answers.utf8("{\"x\":\"" + "x".repeat(2000) + "\"}\n"));
    assertThat(lines.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    ResponseReader whole = open("application/json", null, null, SMALL);
    readUntouched(whole, Answers.utf8("{\"x\":\"" + "x".repeat(2000) + "\"}"));
    assertThat(whole.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(log.events).isEmpty();
  }

  @Test
  void whatIsSkippedIsNotKeptHoweverLongItIs() {
    ResponseReader reader = open("text/event-stream", null, null, SMALL);
    readUntouched(reader, Answers.utf8(": " + "x".repeat(100_000) + "\n\n" + PIECE));
    assertThat(reader.unparsed()).isNull();
    assertThat(log.events).containsExactly("token 0 TEXT");
  }

  @Test
  void gzipThatInflatesTooFarIsNotRead() throws IOException {
    ResponseReader byRatio =
        open("text/event-stream", "gzip", null, new ReaderLimits(1024, 64L << 20));
    readUntouched(byRatio, gzip(16 << 20));
    assertThat(byRatio.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    ResponseReader bySize = open("text/event-stream", "gzip", null, SMALL);
    readUntouched(bySize, gzip((1 << 20) + 1));
    assertThat(bySize.unparsed()).isEqualTo(UnparsedReason.TOO_LARGE);
    assertThat(log.events).containsExactly("token 0 TEXT", "token 0 TEXT");
  }

  @Test
  void aCompressedAnswerOfNoKnownDialectEndsTheReadingWithoutAFault() throws IOException {
    ResponseReader reader = open("text/event-stream", "gzip", null, SMALL);
    readUntouched(reader, gzipped("data: {\"a\":1}\n\n".repeat(200)));
    assertThat(reader.unparsed()).isEqualTo(UnparsedReason.DIALECT);
    assertThat(reader.thrown()).isNull();
  }

  @Test
  void aReadOfAnEmptyEventIsNoPieceToLearnFrom() {
    ResponseReader reader = open("text/event-stream", null, null, SMALL);
    byte[] body = Answers.utf8(PIECE + "data:\n\n" + PIECE);
    int empty = PIECE.length() + "data:\n\n".length();
    reader.read(body, 0, PIECE.length());
    reader.read(Answers.utf8("data:\n\n"), 0, "data:\n\n".length());
    reader.read(body, empty, body.length);
    reader.end();
    assertThat(reader.thrown()).isNull();
    assertThat(log.events).containsExactly("token 0 TEXT", "token 0 TEXT");
  }

  private static byte[] gzipped(String text) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(Answers.utf8(text));
    }
    return coded.toByteArray();
  }

  /** A piece, then a comment of so many bytes. */
  private static byte[] gzip(int commentBytes) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(Answers.utf8(PIECE + ":"));
      byte[] part = new byte[4096];
      for (int left = commentBytes; left > 0; left -= part.length) {
        out.write(part, 0, Math.min(left, part.length));
      }
    }
    return coded.toByteArray();
  }
}
