package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A LabelSelector of meta/v1 in the written form that a list takes as {@code labelSelector}. */
final class LabelSelectorText {
  private LabelSelectorText() {}

  /** Null where it selects all. */
  static @Nullable String of(JsonNode selector) {
    List<String> parts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      parts.add(label.getKey() + "=" + label.getValue().asText());
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      parts.add(expression(expression));
    }
    return parts.isEmpty() ? null : String.join(",", parts);
  }

  /** What the API server took; an operator that it may take one day makes it refuse the list. */
  private static String expression(JsonNode expression) {
    String key = expression.path("key").asText();
    List<String> values = new ArrayList<>();
    expression.path("values").forEach(value -> values.add(value.asText()));
    String set = " (" + String.join(",", values) + ")";
    return switch (expression.path("operator").asText()) {
      case "In" -> key + " in" + set;
      case "NotIn" -> key + " notin" + set;
      case "Exists" -> key;
      case "DoesNotExist" -> "!" + key;
      default -> key + " " + expression.path("operator").asText() + set;
    };
  }
}
