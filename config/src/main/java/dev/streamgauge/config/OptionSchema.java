package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options as a JSON schema (draft 7) of one object, for the chart's values: its keys are those of
 * the YAML file, its values what that file may hold. It never refuses what the program takes; the
 * program has the last word on the rest.
 */
public final class OptionSchema {
  private static final String TYPE = "type";
  private static final String STRING = "string";
  private static final String BOOLEAN = "boolean";
  private static final String OFF = "off";
  private static final String DECIMAL = "[0-9]+(\\.[0-9]+)?";
  private static final String DURATION = DECIMAL + "(us|ms|s|m|h)";
  private static final String SIZE = "[0-9]+(KiB|MiB)?";

  private OptionSchema() {}

  /**
   * The object.
   *
   * @param without options that have no place in it
   */
  public static Map<String, Object> of(OptionSet set, List<Option<?>> without) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Option<?> option : set.options()) {
      if (option != ProxyOptions.CONFIG && !without.contains(option)) {
        properties.put(option.yamlKey(), schema(option));
      }
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put(TYPE, "object");
    object.put("additionalProperties", false);
    object.put("properties", properties);
    return object;
  }

  private static Map<String, Object> schema(Option<?> option) {
    return of(option.type(), option.repeatable(), option.doc(), option.byDefault().doc());
  }

  /**
   * One value, or a list of them.
   *
   * @param doc a sentence without its full stop
   * @param byDefault its default, in words
   */
  public static Map<String, Object> of(
      ValueType<?> type, boolean repeatable, String doc, String byDefault) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(
        "description", doc + ". Default: " + byDefault + ". Allowed: " + type.allowed() + ".");
    if (repeatable || type.commaSeparated()) {
      schema.put(TYPE, List.of("array", STRING));
      schema.put("items", Map.of(TYPE, List.of(STRING, "number")));
    } else {
      schema.putAll(shape(type));
    }
    return schema;
  }

  private static Map<String, Object> shape(ValueType<?> type) {
    return switch (type) {
      case WholeNumber number -> bounded("integer", number.min(), number.max(), "[0-9]+");
      case Size size -> bounded("integer", size.minBytes(), size.maxBytes(), SIZE);
      case Share share -> bounded("number", share.min(), share.max(), DECIMAL);
      case Ratio _ -> bounded("number", 0, 1, DECIMAL);
      case DurationValue _ -> text(DURATION);
      case OnOff _, TrueFalse _ -> words(List.of("on", OFF, "true", "false"));
      case Choice<?> choice -> words(choice.values().stream().map(Labelled::label).toList());
      case OrOff<?> switched -> orOff(shape(switched.of()));
      default -> text(null);
    };
  }

  /** A number, or the same as text: which of both YAML reads is a matter of quotes and units. */
  private static Map<String, Object> bounded(String type, Number min, Number max, String written) {
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put(TYPE, List.of(type, STRING));
    shape.put("minimum", min);
    shape.put("maximum", max);
    shape.put("pattern", "^(" + written + ")$");
    return shape;
  }

  private static Map<String, Object> text(@Nullable String written) {
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put(TYPE, written == null ? List.of(STRING, "number", BOOLEAN) : List.of(STRING));
    if (written != null) {
      shape.put("pattern", "^(" + written + ")$");
    }
    return shape;
  }

  /** YAML 1.1, which Helm reads, makes truth values of a plain on and off. */
  private static Map<String, Object> words(List<String> words) {
    List<Object> allowed = new ArrayList<>(words);
    if (words.contains("on")) {
      allowed.add(true);
    }
    if (words.contains(OFF)) {
      allowed.add(false);
    }
    return Map.of("enum", allowed);
  }

  private static Map<String, Object> orOff(Map<String, Object> shape) {
    Map<String, Object> switched = new LinkedHashMap<>(shape);
    if (shape.get(TYPE) instanceof List<?> types && !types.contains(BOOLEAN)) {
      List<Object> more = new ArrayList<>(types);
      more.add(BOOLEAN);
      switched.put(TYPE, more);
    }
    if (shape.get("pattern") instanceof String pattern) {
      switched.put("pattern", pattern.replace("^(", "^(off|"));
    }
    return switched;
  }
}
