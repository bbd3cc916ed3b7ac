package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The difference of two objects as a JSON patch (RFC 6902): one operation for each field of {@code
 * metadata}, {@code spec} and the like that differs. A field is replaced whole, and so keeps the
 * order that it was given.
 */
final class JsonPatch {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ArrayNode operations = NODES.arrayNode();

  private JsonPatch() {}

  /** Empty where both are the same. Applied to the first it makes the second. */
  static ArrayNode between(ObjectNode before, ObjectNode after) {
    JsonPatch patch = new JsonPatch();
    patch.fields(before, after, "", 1);
    return patch.operations;
  }

  /**
   * Compares the fields of two objects.
   *
   * @param levels how many levels of objects below these are gone into
   */
  private void fields(ObjectNode before, ObjectNode after, String path, int levels) {
    for (Map.Entry<String, JsonNode> field : before.properties()) {
      if (!after.has(field.getKey())) {
        operation("remove", path, field.getKey(), null);
      }
    }
    for (Map.Entry<String, JsonNode> field : after.properties()) {
      String name = field.getKey();
      JsonNode old = before.get(name);
      JsonNode now = field.getValue();
      if (old == null) {
        operation("add", path, name, now);
      } else if (levels > 0 && old instanceof ObjectNode was && now instanceof ObjectNode is) {
        fields(was, is, path + "/" + escaped(name), levels - 1);
      } else if (!old.equals(now)) {
        operation("replace", path, name, now);
      }
    }
  }

  private void operation(String op, String path, String name, @Nullable JsonNode value) {
    ObjectNode operation = operations.addObject();
    operation.put("op", op).put("path", path + "/" + escaped(name));
    if (value != null) {
      operation.set("value", value);
    }
  }

  /** A name within a JSON pointer (RFC 6901 section 3). */
  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
