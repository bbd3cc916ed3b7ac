package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** YAML 1.2 as JSON trees. */
public final class Yaml {
  /** Of one text: more than any manifest, and what an API server takes at once. */
  public static final int CHARACTERS_MAX = 8 * 1024 * 1024;

  private static final int DEPTH_MAX = 200;

  /** Of one document, with its aliases followed: they can multiply. */
  private static final int NODES_MAX = 1_000_000;

  private static final String MERGE = "<<";
  private static final int NUMBER_CHARACTERS_MAX = 100;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private int nodes;

  private Yaml() {}

  /** The first document; null, as a node, where there is none. */
  public static JsonNode read(String text) throws BadManifest {
    List<Node> documents = compose(text);
    return documents.isEmpty() ? NODES.nullNode() : tree(documents.getFirst());
  }

  /** The documents of a text, with their places in it. */
  static List<Node> compose(String text) throws BadManifest {
    if (text.length() > CHARACTERS_MAX) {
      throw new BadManifest("more than " + CHARACTERS_MAX + " characters");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setCodePointLimit(CHARACTERS_MAX)
            .setAllowDuplicateKeys(false)
            .setParseComments(false)
            .setLabel("document")
            .build();
    try {
      List<Node> documents = new ArrayList<>();
      new Compose(settings).composeAllFromString(text).forEach(documents::add);
      return documents;
    } catch (YamlEngineException e) {
      String message = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      throw new BadManifest(message.length() > 300 ? message.substring(0, 300) + "..." : message);
    } catch (StackOverflowError e) {
      throw new BadManifest("nested too deep");
    }
  }

  static JsonNode tree(Node document) throws BadManifest {
    return new Yaml().node(document, 0);
  }

  private JsonNode node(Node node, int depth) throws BadManifest {
    nodes++;
    if (depth > DEPTH_MAX || nodes > NODES_MAX) {
      throw new BadManifest(
          "nested more than "
              + DEPTH_MAX
              + " deep, more than "
              + NODES_MAX
              + " nodes, or an anchor within itself");
    }
    return switch (node) {
      case MappingNode mapping -> object(mapping, depth);
      case SequenceNode sequence -> array(sequence, depth);
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new BadManifest("a node that is neither mapping, sequence nor scalar");
    };
  }

  private ObjectNode object(MappingNode mapping, int depth) throws BadManifest {
    ObjectNode object = NODES.objectNode();
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new BadManifest("a key that is no text");
      }
      if (key.getValue().equals(MERGE) && key.getScalarStyle() == ScalarStyle.PLAIN) {
        merge(object, node(entry.getValueNode(), depth + 1));
      } else {
        object.set(key.getValue(), node(entry.getValueNode(), depth + 1));
      }
    }
    return object;
  }

  /** YAML 1.1's merge key, which kubectl follows: what is there stays. */
  private static void merge(ObjectNode object, JsonNode merged) {
    for (JsonNode each : merged.isArray() ? merged : List.of(merged)) {
      each.properties().forEach(entry -> object.putIfAbsent(entry.getKey(), entry.getValue()));
    }
  }

  private ArrayNode array(SequenceNode sequence, int depth) throws BadManifest {
    ArrayNode array = NODES.arrayNode();
    for (Node element : sequence.getValue()) {
      array.add(node(element, depth + 1));
    }
    return array;
  }

  private static JsonNode scalar(ScalarNode scalar) throws BadManifest {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(text.equalsIgnoreCase("true"));
    }
    boolean number = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
    if (number && text.length() > NUMBER_CHARACTERS_MAX) {
      throw new BadManifest("a number of more than " + NUMBER_CHARACTERS_MAX + " characters");
    }
    return number ? number(text) : NODES.textNode(text);
  }

  private static JsonNode number(String text) {
    try {
      if (text.startsWith("0x")) {
        return whole(new BigInteger(text.substring(2), 16));
      }
      if (text.startsWith("0o")) {
        return whole(new BigInteger(text.substring(2), 8));
      }
      if (text.matches("[-+]?[0-9]+")) {
        BigInteger number = new BigInteger(text);
        return whole(number);
      }
      return NODES.numberNode(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return NODES.textNode(text); // .inf and .nan, which JSON has not
    }
  }

  /** In the smallest type, as Jackson reads it. */
  private static JsonNode whole(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return NODES.numberNode(number.intValueExact());
    }
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValueExact())
        : NODES.numberNode(number);
  }
}
