package dev.streamgauge.cluster.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.nodes.Node;

class YamlEditTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int CHANGES = 6_000;

  @Test
  void whateverIsChangedTheTextSaysWhatTheTreeSays() throws Exception {
    Random random = new Random(27);
    List<String> texts = texts();
    for (int i = 0; i < CHANGES; i++) {
      String text = texts.get(random.nextInt(texts.size()));
      List<Node> documents = Yaml.compose(text);
      Node node = documents.get(random.nextInt(documents.size()));
      JsonNode before = Yaml.tree(node);
      JsonNode after = before.deepCopy();
      for (int change = random.nextInt(4); change >= 0; change--) {
        change(after, random);
      }
      int at = documents.indexOf(node);
      String edited = edited(text, node, before, after);
      List<Node> again = composed(edited);
      assertThat(again).as(edited).hasSameSizeAs(documents);
      for (int d = 0; d < documents.size(); d++) {
        JsonNode expected = d == at ? after : Yaml.tree(documents.get(d));
        assertThat(Yaml.tree(again.get(d))).as(edited).isEqualTo(expected);
      }
    }
  }

  private static List<Node> composed(String text) {
    try {
      return Yaml.compose(text);
    } catch (BadManifest e) {
      throw new AssertionError(e.getMessage() + " in\n" + text, e);
    }
  }

  private static String edited(String text, Node node, JsonNode before, JsonNode after)
      throws Exception {
    YamlEdit edit = new YamlEdit(text, new CharPlaces(text), node);
    try {
      edit.change(node, before, after);
      return edit.applied();
    } catch (YamlEdit.Shared e) {
      return edit.rewritten(node, after);
    }
  }

  @Test
  void commentsAndFormStayWhereNothingChanges() throws Exception {
    String text =
        """
        # head
        a:   1   # one
        b:
            - x        # indented by four
            # between
            - {p: q}
        c: |
          several

          lines
        # tail
        """;
    Node node = Yaml.compose(text).getFirst();
    JsonNode before = Yaml.tree(node);
    ObjectNode after = before.deepCopy();
    after.put("a", 2);
    ((ArrayNode) after.get("b")).add("y:z w");
    after.put("d", "new");
    assertThat(edited(text, node, before, after))
        .isEqualTo(
            """
            # head
            a:   2   # one
            b:
                - x        # indented by four
                # between
                - {p: q}
                - "y:z w"
            c: |
              several

              lines
            d: new
            # tail
            """);
  }

  @Test
  void aFileWithoutALastLineFeedHasNoneAfterwards() throws Exception {
    Node node = Yaml.compose("a: {}\nb: 1").getFirst();
    ObjectNode after = Yaml.tree(node).deepCopy();
    after.putObject("a").put("x", true);
    after.put("c", 3);
    assertThat(edited("a: {}\nb: 1", node, Yaml.tree(node), after))
        .isEqualTo("a:\n  x: true\nb: 1\nc: 3");
  }

  /** Adds, replaces or removes something, as an injector could or as none would. */
  private static void change(JsonNode tree, Random random) {
    List<Runnable> places = new ArrayList<>();
    collect(tree, places, random);
    if (!places.isEmpty()) {
      places.get(random.nextInt(places.size())).run();
    }
  }

  private static void collect(JsonNode node, List<Runnable> places, Random random) {
    if (node instanceof ObjectNode object) {
      places.add(() -> object.set("new-" + random.nextInt(9), value(random, 0)));
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        String name = entry.getKey();
        places.add(() -> object.set(name, value(random, 0)));
        if (random.nextInt(4) == 0) {
          places.add(() -> object.remove(name));
        }
        collect(entry.getValue(), places, random);
      }
    } else if (node instanceof ArrayNode array) {
      places.add(() -> array.add(value(random, 0)));
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        places.add(() -> array.set(at, value(random, 0)));
        collect(array.get(i), places, random);
      }
    }
  }

  private static final String[] TEXTS = {
    "",
    "plain",
    "8000",
    "yes",
    "null",
    "~",
    "a: b",
    "a #b",
    "- a",
    "it's",
    "\"q\"",
    "two\nlines\n",
    "two\nlines",
    "more\n\n",
    " lead\nx",
    "\ttab",
    "#c",
    "--port",
    "--port=1",
    "-",
    ":",
    "a:",
    "{x}",
    "[x]",
    "*a",
    "&a",
    "!t",
    "%d",
    "@x",
    "`x",
    "😀",
    "\u0007",
    "1e3",
    "0x1f",
    "12:30",
    "=",
    "<<",
    "/drain?after=5s",
    "a\\b",
    "é\nè\n",
  };

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth > 2 ? 4 : 7)) {
      case 0 -> NODES.numberNode(random.nextInt(100_000));
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2, 3 -> NODES.textNode(TEXTS[random.nextInt(TEXTS.length)]);
      case 4 -> random.nextBoolean() ? NODES.nullNode() : NODES.objectNode();
      case 5 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
          array.add(value(random, depth + 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(3); i >= 0; i--) {
          object.set("k" + i, value(random, depth + 1));
        }
        yield object;
      }
    };
  }

  private static List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/inject"))) {
      for (Path file : files.filter(each -> each.endsWith("pod.yaml")).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}
