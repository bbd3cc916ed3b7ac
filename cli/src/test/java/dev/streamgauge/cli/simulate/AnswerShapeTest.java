package dev.streamgauge.cli.simulate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.streamgauge.config.Choice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each piece has the fields that the server's own pieces have, in their order. */
@Timeout(60)
final class AnswerShapeTest {
  private static final String SHAPES = "/simulate/shapes.txt";
  private static final JsonFactory JSON = new JsonFactory();

  /** A request and the kinds of pieces of its answer, as recorded. */
  record Recorded(EngineStyle style, String path, String wishes, String body, List<String> kinds) {}

  @ParameterizedTest
  @MethodSource("recorded")
  void piecesHaveTheRecordedFields(Recorded recorded) throws IOException {
    SimulatorSettings settings = SimulatorSettings.of(draft -> draft.style = recorded.style());
    try (Simulator simulator = new Simulator(settings)) {
      RawExchange.Reply reply =
          RawExchange.post(
              simulator.start(),
              recorded.path(),
              "ttft=0;itl=0;tokens=6;" + recorded.wishes(),
              recorded.body());
      assertThat(kinds(reply.body())).containsExactlyElementsOf(recorded.kinds());
    }
  }

  static Stream<Recorded> recorded() throws IOException {
    String text;
    try (InputStream in = requireNonNull(AnswerShapeTest.class.getResourceAsStream(SHAPES))) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return Stream.of(text.split("\n\n", -1))
        .filter(block -> block.startsWith("= "))
        .map(AnswerShapeTest::block);
  }

  private static Recorded block(String block) {
    List<String> lines = block.strip().lines().toList();
    String[] words = lines.getFirst().split(" ", -1);
    EngineStyle style = requireNonNull(Choice.of(EngineStyle.class).parse(words[1]));
    String wishes = words[3].equals("none") ? "" : words[3];
    return new Recorded(style, words[2], wishes, words[4], lines.subList(1, lines.size()));
  }

  /** Of an event stream, or of one JSON object. */
  private static Set<String> kinds(String body) throws IOException {
    Set<String> kinds = new LinkedHashSet<>();
    for (String line : body.split("\n", -1)) {
      String data = line.startsWith("data: ") ? line.substring("data: ".length()) : line;
      if (data.startsWith("{")) {
        kinds.add(fields(data));
      } else if (!data.isEmpty()) {
        kinds.add(data);
      }
    }
    return kinds;
  }

  /** The names with where they stand; of an array's objects those of the first. */
  private static String fields(String object) throws IOException {
    List<String> fields = new ArrayList<>();
    try (JsonParser json = JSON.createParser(object)) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      object(json, "", fields);
    }
    return String.join(" ", fields);
  }

  private static void object(JsonParser json, String prefix, List<String> fields)
      throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix + json.currentName();
      fields.add(name);
      json.nextToken();
      if (name.equals("generation_settings")) {
        json.skipChildren();
      } else {
        value(json, name, fields);
      }
    }
  }

  private static void value(JsonParser json, String name, List<String> fields) throws IOException {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      object(json, name + ".", fields);
    } else if (json.currentToken() == JsonToken.START_ARRAY) {
      boolean first = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        value(json, name + ".[]", first ? fields : new ArrayList<>());
        first = false;
      }
    }
  }
}
