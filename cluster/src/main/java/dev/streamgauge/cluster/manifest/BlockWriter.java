package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Writes trees as YAML in block style, as people and kubectl write it. */
final class BlockWriter {
  private final StringBuilder out = new StringBuilder();

  private BlockWriter() {}

  /** Entries of a mapping, each on lines of its own, the first one not indented. */
  static String entries(ObjectNode object, int indent) {
    BlockWriter writer = new BlockWriter();
    writer.object(object, indent);
    return writer.out.toString();
  }

  /** One entry of a mapping. */
  static String entry(String key, JsonNode value, int indent) {
    BlockWriter writer = new BlockWriter();
    writer.oneEntry(key, value, indent);
    return writer.out.toString();
  }

  /** One element of a sequence, whose dash is at {@code indent}. */
  static String element(JsonNode value, int indent) {
    BlockWriter writer = new BlockWriter();
    writer.oneElement(value, indent);
    return writer.out.toString();
  }

  /** Elements of a sequence, the first one not indented. */
  static String elements(ArrayNode array, int indent) {
    BlockWriter writer = new BlockWriter();
    writer.array(array, indent);
    return writer.out.toString();
  }

  private void object(ObjectNode object, int indent) {
    boolean first = true;
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!first) {
        out.append(" ".repeat(indent));
      }
      oneEntry(entry.getKey(), entry.getValue(), indent);
      first = false;
    }
  }

  private void oneEntry(String key, JsonNode value, int indent) {
    out.append(Scalars.key(key));
    out.append(':');
    if (value instanceof ObjectNode object && !object.isEmpty()) {
      out.append('\n').append(" ".repeat(indent + 2));
      object(object, indent + 2);
    } else if (value instanceof ArrayNode array && !array.isEmpty()) {
      out.append('\n').append(" ".repeat(indent));
      array(array, indent);
    } else {
      scalar(value, indent + 2);
    }
  }

  private void array(ArrayNode array, int indent) {
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        out.append(" ".repeat(indent));
      }
      oneElement(array.get(i), indent);
    }
  }

  private void oneElement(JsonNode value, int indent) {
    out.append('-');
    if (value instanceof ObjectNode object && !object.isEmpty()) {
      out.append(' ');
      object(object, indent + 2);
    } else if (value instanceof ArrayNode array && !array.isEmpty()) {
      out.append(' ');
      array(array, indent + 2);
    } else {
      scalar(value, indent + 2);
    }
  }

  private void scalar(JsonNode value, int indent) {
    if (value.isTextual() && Scalars.isBlock(value.textValue())) {
      out.append(' ').append(Scalars.block(value.textValue(), indent));
    } else {
      out.append(' ').append(Scalars.inline(value)).append('\n');
    }
  }
}
