package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads trees in which anything may be absent, null or of another type; null is taken for absent.
 */
final class Tree {
  private Tree() {}

  static @Nullable ObjectNode object(@Nullable ObjectNode parent, String name) {
    return parent != null && parent.get(name) instanceof ObjectNode child ? child : null;
  }

  /** The child of that name, made where there is none. */
  static ObjectNode madeObject(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode child ? child : parent.putObject(name);
  }

  static ArrayNode madeArray(ObjectNode parent, String name) {
    return parent.get(name) instanceof ArrayNode child ? child : parent.putArray(name);
  }

  static @Nullable ArrayNode array(@Nullable ObjectNode parent, String name) {
    return parent != null && parent.get(name) instanceof ArrayNode child ? child : null;
  }

  /** The elements that are objects. */
  static List<ObjectNode> objects(@Nullable ObjectNode parent, String name) {
    List<ObjectNode> found = new ArrayList<>();
    ArrayNode list = array(parent, name);
    if (list != null) {
      for (JsonNode element : list) {
        if (element instanceof ObjectNode object) {
          found.add(object);
        }
      }
    }
    return found;
  }

  static @Nullable String text(@Nullable ObjectNode parent, String name) {
    JsonNode child = parent == null ? null : parent.get(name);
    return child != null && child.isTextual() ? child.textValue() : null;
  }

  /** A whole number; null for all else. */
  static @Nullable Integer number(@Nullable ObjectNode parent, String name) {
    JsonNode child = parent == null ? null : parent.get(name);
    return child != null && child.canConvertToExactIntegral() && child.canConvertToInt()
        ? child.intValue()
        : null;
  }

  static boolean isTrue(@Nullable ObjectNode parent, String name) {
    JsonNode child = parent == null ? null : parent.get(name);
    return child != null && child.isBoolean() && child.booleanValue();
  }

  /** Whether something other than null is there. */
  static boolean has(@Nullable ObjectNode parent, String name) {
    return parent != null && parent.hasNonNull(name);
  }

  /** The entries that are texts, in their order. */
  static Map<String, String> texts(@Nullable ObjectNode object) {
    Map<String, String> found = new LinkedHashMap<>();
    if (object != null) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (entry.getValue().isTextual()) {
          found.put(entry.getKey(), entry.getValue().textValue());
        }
      }
    }
    return found;
  }
}
