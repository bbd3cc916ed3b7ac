package dev.streamgauge.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A whole answer that calls itself OpenAI's is read once; what it tells is as if read twice. */
class WholeAnswerTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String CHOICE =
      "{\"index\":0,\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}";

  private final PatternPool pool = new PatternPool(1);

  private static String answer(String fields) {
    return "{\"model\":\"m\"," + fields + ",\"choices\":[" + CHOICE + "]}";
  }

  private ResponseReader read(EventLog log, String answer) {
    return read(log, answer, answer.length());
  }

  private ResponseReader read(EventLog log, String answer, int cut) {
    ResponseReader reader =
        ResponseReader.open(
            RequestReader.read("POST", PATH, new byte[0], 0, 0),
            200,
            "application/json",
            null,
            null,
            ReaderLimits.defaults(),
            pool,
            log);
    byte[] bytes = Answers.utf8(answer);
    reader.read(bytes, 0, cut);
    reader.read(bytes, cut, bytes.length);
    reader.end();
    return reader;
  }

  private Dialect dialectOf(String answer) {
    return read(new EventLog(), answer).dialect();
  }

  @Test
  void itsNameSaysWhatItIsWhateverThePathSays() {
    assertThat(dialectOf(answer("\"object\":\"chat.completion\""))).isEqualTo(Dialect.OPENAI_CHAT);
    assertThat(dialectOf(answer("\"object\":\"text_completion\"")))
        .isEqualTo(Dialect.OPENAI_COMPLETIONS);
  }

  @Test
  void ofTwoNamesTheLastCounts() {
    String twice = "\"object\":\"chat.completion\",\"object\":\"text_completion\"";
    assertThat(dialectOf(answer(twice))).isEqualTo(Dialect.OPENAI_COMPLETIONS);
    String thenNone = "\"object\":\"text_completion\",\"object\":7";
    assertThat(dialectOf(answer(thenNone))).isEqualTo(Dialect.OPENAI_CHAT);
  }

  @Test
  void anAnswerThatIsNamedOtherwiseOrNotIsToldByItsFields() {
    for (String name :
        List.of("\"id\":1", "\"object\":\"chat\\u002ecompletion\"", "\"object\":\"other\"")) {
      EventLog log = new EventLog();
      assertThat(read(log, answer(name)).dialect()).as(name).isEqualTo(Dialect.OPENAI_CHAT);
      assertThat(log.events).as(name).isEqualTo(named());
    }
  }

  @Test
  void anUnsoundAnswerTellsNothingOfWhatItSays() {
    String sound = answer("\"object\":\"chat.completion\"");
    for (int end = 1; end < sound.length(); end++) {
      EventLog log = new EventLog();
      read(log, sound.substring(0, end));
      assertThat(log.events).as("cut at %d", end).isEqualTo(List.of("malformed"));
    }
  }

  /** Recognition skips a choice's message as a whole, and so meets all of its levels. */
  @Test
  void levelsCountFromWhereRecognitionSkips() {
    for (int depth = JsonReader.DEPTH_MAX - 10; depth < JsonReader.DEPTH_MAX + 10; depth++) {
      String deep = "[".repeat(depth) + "]".repeat(depth);
      String answer =
          answer("\"object\":\"chat.completion\"").replace("\"hi\"", "\"hi\",\"any\":" + deep);
      boolean read = depth < JsonReader.DEPTH_MAX;
      EventLog log = new EventLog();
      Dialect dialect = read(log, answer).dialect();
      assertThat(dialect).as("%d", depth).isEqualTo(read ? Dialect.OPENAI_CHAT : Dialect.UNKNOWN);
      assertThat(log.events).isEqualTo(read ? named() : List.of("malformed"));
    }
  }

  @Test
  void theArrayOfOneAnswerServesTheNextAndSaysNothingThere() {
    String answer = answer("\"object\":\"chat.completion\"");
    read(new EventLog(), answer.replace("hi", "h".repeat(5000)));
    byte[] kept = Objects.requireNonNull(pool.takeWhole());
    pool.giveBackWhole(kept);
    for (int cut = 0; cut <= answer.length(); cut++) {
      EventLog log = new EventLog();
      read(log, answer, cut);
      assertThat(log.events).isEqualTo(named());
      byte[] again = pool.takeWhole();
      assertThat(again).isSameAs(kept);
      pool.giveBackWhole(kept);
    }
  }

  @Test
  void anArrayAboveTheLimitIsNotKept() {
    String large = "h".repeat(PatternPool.WHOLE_BYTES_MAX);
    read(new EventLog(), answer("\"object\":\"chat.completion\"").replace("hi", large));
    assertThat(pool.takeWhole()).isNull();
  }

  @Test
  void answersAtOnceHaveArraysOfTheirOwn() {
    PatternPool shared = new PatternPool(0);
    EventLog inner = new EventLog();
    WholeFramer one = new WholeFramer(1 << 20, shared, (bytes, start, end, none) -> {});
    shared.giveBackWhole(new byte[64]);
    one.read(Answers.utf8("{\"a\":1"), 0, 6);
    WholeFramer other =
        new WholeFramer(
            1 << 20,
            shared,
            (bytes, start, end, none) -> inner.model(new String(bytes, start, end - start, UTF_8)));
    other.read(Answers.utf8("{}"), 0, 2);
    one.read(Answers.utf8("}"), 0, 1);
    other.end();
    assertThat(inner.events).hasSize(1).first().asString().contains("{}");
    one.release();
    other.release();
    one.release();
    assertThat(shared.takeWhole()).isNotNull();
    assertThat(shared.takeWhole()).isNull();
  }

  private List<String> named() {
    EventLog log = new EventLog();
    new OpenAiParser(log, false).answer(bytes(), 0, bytes().length);
    return log.events;
  }

  private static byte[] bytes() {
    return Answers.utf8(answer("\"object\":\"chat.completion\""));
  }
}
