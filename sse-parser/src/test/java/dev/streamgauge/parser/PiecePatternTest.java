package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparing a piece with the last one tells the same as reading it. */
class PiecePatternTest {
  private static final String CHAT =
      "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":17,\"model\":\"m\","
          + "\"choices\":[{\"index\":0,\"delta\":{%s},\"logprobs\":null,\"finish_reason\":%s}]%s}%s";

  /** One piece of each kind; {@code ¤} stands where its text is. */
  static List<String> shapes() {
    return List.of(
        CHAT.formatted("\"content\":\"¤\"", "null", "", "\n\n"),
        CHAT.formatted("\"content\":\"¤\"", "null", "", "\r\n\r\n"),
        CHAT.formatted("\"content\":\"¤\"", "null", "", "\r\r"),
        CHAT.formatted("\"reasoning\":\"¤\",\"reasoning_content\":\"¤\"", "null", "", "\n\n"),
        CHAT.formatted("\"role\":null,\"content\":\"¤\"", "null", ",\"usage\":null", "\n\n"),
        CHAT.formatted("\"content\":\"¤\"", "\"stop\"", "", "\n\n"),
        CHAT.formatted("\"content\":[\"¤\"]", "null", "", "\n\n"),
        CHAT.formatted(
            "\"content\":\"¤\"",
            "null",
            ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}",
            "\n\n"),
        CHAT.formatted(
            "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"¤\"}}]",
            "null",
            "",
            "\n\n"),
        "data: {\"choices\":[{\"index\":0,\"text\":\"¤\",\"token_ids\":[5]}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"text\":\"¤\"}],\"timings\":{\"predicted_n\":4}}\n\n",
        "event: x\ndata: {\"choices\":[{\"index\":1,\ndata: \"text\":\"¤\"}]}\n\n",
        ": ping\n\ndata: {\"choices\":[{\"index\":1,\"text\":\"¤\"}]}\n\n");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void aTextOfAnySortTellsTheSame(String shape) {
    List<String> texts =
        List.of(
            "a",
            " b",
            "",
            "\\n",
            "\\\"",
            "\\u00e4",
            "é",
            "\\x",
            "\\u12",
            "a\"b",
            "\t",
            "long".repeat(80));
    Random random = new Random(4);
    for (int round = 0; round < 50; round++) {
      StringBuilder body = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        String text = i < 3 ? "x" + i : texts.get(random.nextInt(texts.size()));
        body.append(shape.replace("¤", text));
      }
      assertSame(body.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void anyOtherByteTellsTheSame(String shape) {
    String first = shape.replace("¤", "ab");
    String next = shape.replace("¤", "abc");
    byte[] other = "{}[],:\"\\0a \n\r".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < next.length(); at++) {
      for (byte b : other) {
        String changed = next.substring(0, at) + (char) b + next.substring(at + 1);
        assertTold(List.of(first, first, changed, next, first));
      }
    }
  }

  @Test
  void choicesInTurnTellTheSame() {
    String one = CHAT.formatted("\"content\":\"a\"", "null", "", "\n\n");
    String two = one.replace("\"index\":0", "\"index\":1");
    String counted =
        CHAT.formatted(
            "\"content\":\"a\"", "null", ",\"usage\":{\"completion_tokens\":%d}", "\n\n");
    assertSame((one + two).repeat(100) + one.repeat(10) + two.repeat(10));
    assertSame(
        one.repeat(3) + counted.formatted(5) + one.repeat(2) + counted.formatted(9) + one + one);
  }

  @Test
  void aPieceAboveTheLimitIsTooLargeAllTheSame() {
    String shape = shapes().getFirst();
    assertSame(shape.replace("¤", "a").repeat(3) + shape.replace("¤", "b".repeat(1000)));
  }

  @Test
  void aPoolServesAsManyStreamsAsItIsFor() {
    PatternPool pool = new PatternPool(1);
    String piece = shapes().getFirst().replace("¤", "a");
    ResponseReader first = open(pool, new EventLog());
    ResponseReader second = open(pool, new EventLog());
    feed(first, piece.repeat(2));
    feed(first, piece);
    feed(second, piece);
    feed(second, piece);
    assertThat(pool.take()).isNull();
    second.close();
    assertThat(pool.take()).isNull();
    first.close();
    first.close();
    assertThat(pool.take()).isNotNull();
    assertThat(pool.take()).isNull();
  }

  private static void assertSame(String body) {
    String[] events = body.split("(?<=\n\n)|(?<=\r\n\r\n)|(?<=\r\r)", -1);
    assertTold(List.of(events));
    assertTold(List.of(body));
    assertTold(List.of(body.split("(?<=7)|(?<=,\")", -1)));
    Random random = new Random(9);
    for (int round = 0; round < 20; round++) {
      assertTold(somewhereJoined(events, random));
    }
  }

  /** Most reads are one event; now and then one ends within an event. */
  private static List<String> somewhereJoined(String[] events, Random random) {
    List<String> reads = new ArrayList<>();
    String rest = "";
    for (String event : events) {
      int cut = random.nextInt(4) == 0 ? random.nextInt(event.length() + 1) : event.length();
      reads.add(rest + event.substring(0, cut));
      rest = event.substring(cut);
    }
    reads.add(rest);
    return reads;
  }

  /** Each string is one read. */
  private static void assertTold(List<String> reads) {
    EventLog compared = new EventLog();
    EventLog read = new EventLog();
    ResponseReader comparing = open(new PatternPool(1), compared);
    ResponseReader reading = open(new PatternPool(0), read);
    for (String bytes : reads) {
      feed(comparing, bytes);
      feed(reading, bytes);
    }
    comparing.end();
    reading.end();
    assertThat(compared.events).as("%s", reads).isEqualTo(read.events);
    assertThat(compared.malformed).isEqualTo(read.malformed);
    assertThat(comparing.unparsed()).isEqualTo(reading.unparsed());
    assertThat(comparing.readToItsEnd()).isEqualTo(reading.readToItsEnd());
  }

  private static void feed(ResponseReader reader, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    reader.read(bytes, 0, bytes.length);
  }

  private static ResponseReader open(PatternPool pool, EventLog log) {
    return ResponseReader.open(
        Answers.post("/v1/chat/completions"),
        200,
        "text/event-stream",
        null,
        null,
        new ReaderLimits(800, 1 << 20),
        pool,
        log);
  }
}
