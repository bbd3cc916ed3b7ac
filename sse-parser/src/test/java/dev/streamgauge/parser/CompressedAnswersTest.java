package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What is told of an answer that is not inflated to its end. */
class CompressedAnswersTest {
  private static final String STREAM = "text/event-stream";
  private static final String WHOLE = "application/json";
  private static final ReaderLimits LIMITS = new ReaderLimits(256, 1000);
  private static final String PIECE =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";

  @Test
  void whatIsToldBeforeTheInflatedLimitDoesNotDependOnTheCuts() throws IOException {
    int piecesBefore = 1000 / PIECE.length();
    List<String> told = toldInAnyCut(STREAM, gzipped(PIECE.repeat(40)));
    assertThat(told).hasSize(piecesBefore + 1).endsWith("openai_chat TOO_LARGE 1");
  }

  @Test
  void aWholeAnswerAboveBothLimitsIsLeftOutAlikeInAnyCut() throws IOException {
    byte[] body = gzipped("{\"x\":\"" + "x".repeat(2000) + "\"}");
    assertThat(toldInAnyCut(WHOLE, body)).containsExactly("unknown TOO_LARGE 2");
  }

  @Test
  void whatIsToldBeforeCorruptDataDoesNotDependOnTheCuts() throws IOException {
    byte[] body = gzipped(PIECE + PIECE.replace('a', 'b') + "data: [DONE]\n\n");
    int corruptBehindAPiece = 0;
    for (int at = 10; at < body.length - 8; at++) {
      byte[] corrupt = body.clone();
      corrupt[at] ^= (byte) 0xFF;
      List<String> told = toldInAnyCut(STREAM, corrupt);
      boolean failed = told.getLast().contains("FAILURE");
      corruptBehindAPiece += failed && told.contains("token 0 TEXT") ? 1 : 0;
    }
    assertThat(corruptBehindAPiece).isPositive();
  }

  /** In one read, in two at each place, and byte by byte the same. */
  private static List<String> toldInAnyCut(String type, byte[] body) {
    List<String> told = told(type, body, body.length, body.length);
    for (int cut = 1; cut < body.length; cut++) {
      assertThat(told(type, body, cut, body.length)).as("cut at " + cut).isEqualTo(told);
    }
    assertThat(told(type, body, 1, 1)).as("byte by byte").isEqualTo(told);
    return told;
  }

  /** The events, and at last what the reading came to and how often something was left out. */
  private static List<String> told(String type, byte[] body, int firstBytes, int bytesEach) {
    EventLog log = new EventLog();
    ResponseReader reader =
        ResponseReader.open(
            Answers.post("/v1/chat/completions"),
            200,
            type,
            "gzip",
            null,
            LIMITS,
            new PatternPool(1),
            log);
    int at = firstBytes;
    Answers.feed(reader, body, 0, at);
    while (at < body.length) {
      int next = Math.min(body.length, at + bytesEach);
      Answers.feed(reader, body, at, next);
      at = next;
    }
    reader.end();
    assertThat(reader.thrown()).isNull();
    List<String> told = new ArrayList<>(log.events);
    told.add(reader.dialect().label() + " " + reader.unparsed() + " " + log.leftOut);
    return told;
  }

  private static byte[] gzipped(String text) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(coded)) {
      out.write(Answers.utf8(text));
    }
    return coded.toByteArray();
  }
}
