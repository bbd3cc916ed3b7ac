package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A label selector of Kubernetes: all of its requirements have to hold. */
public record LabelSelector(List<Requirement> requirements) {
  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** One of them. */
  public record Requirement(String key, Operator operator, Set<String> values) {
    public Requirement {
      values = Set.copyOf(values);
    }

    boolean holds(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }

  /** How a requirement is meant. */
  public enum Operator {
    IN("In"),
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    static @Nullable Operator of(@Nullable String word) {
      for (Operator operator : values()) {
        if (operator.word.equals(word)) {
          return operator;
        }
      }
      return null;
    }
  }

  /** Selects all. */
  public static LabelSelector everything() {
    return new LabelSelector(List.of());
  }

  /** Whether an object with these labels is selected. */
  public boolean selects(Map<String, String> labels) {
    return requirements.stream().allMatch(requirement -> requirement.holds(labels));
  }

  /** Null where it is none; as Kubernetes writes it. */
  static @Nullable LabelSelector of(JsonNode written) {
    if (!(written instanceof ObjectNode selector)) {
      return null;
    }
    List<Requirement> requirements = new ArrayList<>();
    for (Map.Entry<String, JsonNode> part : selector.properties()) {
      boolean understood =
          switch (part.getKey()) {
            case "matchLabels" -> labels(part.getValue(), requirements);
            case "matchExpressions" -> expressions(part.getValue(), requirements);
            default -> false;
          };
      if (!understood) {
        return null;
      }
    }
    return new LabelSelector(requirements);
  }

  private static boolean labels(JsonNode written, List<Requirement> requirements) {
    for (Map.Entry<String, JsonNode> label : written.properties()) {
      if (!label.getValue().isTextual()) {
        return false;
      }
      Set<String> values = Set.of(label.getValue().textValue());
      requirements.add(new Requirement(label.getKey(), Operator.IN, values));
    }
    return written.isObject();
  }

  private static boolean expressions(JsonNode written, List<Requirement> requirements) {
    for (JsonNode element : written) {
      Operator operator =
          element instanceof ObjectNode one ? Operator.of(Tree.text(one, "operator")) : null;
      String key = element instanceof ObjectNode one ? Tree.text(one, "key") : null;
      if (operator == null || key == null) {
        return false;
      }
      List<String> values = new ArrayList<>();
      for (JsonNode value : element.path("values")) {
        values.add(value.asText());
      }
      requirements.add(new Requirement(key, operator, Set.copyOf(values)));
    }
    return written.isArray();
  }
}
