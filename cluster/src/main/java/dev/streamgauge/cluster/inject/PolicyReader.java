package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.config.Nearest;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a policy file: one mapping of settings, and below {@code proxy} the sidecar's options. */
final class PolicyReader {
  static final String PROXY = "proxy";
  static final String POD_SELECTOR = "podSelector";

  private final JsonNode file;
  private final Map<String, Setting<?>> byKey = new LinkedHashMap<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, List<String>> proxyOptions = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private LabelSelector selector = LabelSelector.everything();

  PolicyReader(JsonNode file) {
    this.file = file;
    for (Setting<?> setting : Setting.all()) {
      if (setting.mayBeInPolicy()) {
        byKey.put(setting.policyKey(), setting);
      }
    }
  }

  Policy read() throws BadPolicy {
    if (file instanceof ObjectNode mapping) {
      mapping.properties().forEach(entry -> take(entry.getKey(), entry.getValue()));
    } else if (!file.isNull() && !file.isMissingNode()) {
      problems.add("the policy: not a mapping (expected: lines of the form key: value)");
    }
    contradictions();
    if (!problems.isEmpty()) {
      throw new BadPolicy(problems);
    }
    return new Policy(settings, proxyOptions, selector, Map.of());
  }

  /** With these every pod would be refused. */
  private void contradictions() {
    contradiction(Settings.CPU_REQUEST, Settings.CPU_LIMIT);
    contradiction(Settings.MEMORY_REQUEST, Settings.MEMORY_LIMIT);
  }

  private void contradiction(Setting<String> request, Setting<String> limit) {
    String asked = settings.getOrDefault(request.name(), request.byDefault());
    String most = settings.getOrDefault(limit.name(), limit.byDefault());
    if (asked == null || most == null) {
      return;
    }
    String wrong = Resources.contradiction(request.policyKey(), asked, limit.policyKey(), most);
    if (wrong != null) {
      problems.add(wrong);
    }
  }

  private void take(String key, JsonNode value) {
    if (value.isNull()) {
      return; // as the default: Helm renders a value that is not set so
    }
    switch (key) {
      case PROXY -> takeProxy(value);
      case POD_SELECTOR -> takeSelector(value);
      default -> takeSetting(key, value);
    }
  }

  private void takeSetting(String key, JsonNode value) {
    Setting<?> setting = byKey.get(key);
    if (setting == null) {
      problems.add(key + ": unknown key (expected: " + nearest(key) + ")");
      return;
    }
    String written = text(value);
    String word = written == null ? null : word(setting.type(), written);
    if (word == null || setting.type().parse(word) == null) {
      String found = word == null ? "not one value" : "\"" + Shown.text(word) + "\"";
      problems.add(key + ": " + found + " (expected: " + setting.type().allowed() + ")");
    } else {
      settings.put(setting.name(), word);
    }
  }

  private String nearest(String key) {
    List<String> known = new ArrayList<>(byKey.keySet());
    known.add(PROXY);
    known.add(POD_SELECTOR);
    String near = Nearest.to(key, known);
    return near == null ? "one of " + String.join(", ", known) : near;
  }

  private void takeSelector(JsonNode value) {
    LabelSelector read = LabelSelector.of(value);
    if (read == null) {
      problems.add(POD_SELECTOR + ": not a selector (expected: matchLabels and matchExpressions)");
    } else {
      selector = read;
    }
  }

  private void takeProxy(JsonNode value) {
    if (!(value instanceof ObjectNode options)) {
      problems.add(PROXY + ": not a mapping (expected: options of streamgauge proxy)");
      return;
    }
    Map<String, Option<?>> known = new LinkedHashMap<>();
    ProxyOptions.ALL.options().forEach(option -> known.put(option.yamlKey(), option));
    for (Map.Entry<String, JsonNode> entry : options.properties()) {
      Option<?> option = known.get(entry.getKey());
      List<String> texts = texts(entry.getValue());
      if (option == null) {
        String near = Nearest.to(entry.getKey(), List.copyOf(known.keySet()));
        String expected = near == null ? "one that proxy --help lists" : near;
        problems.add(
            PROXY + "." + entry.getKey() + ": unknown option (expected: " + expected + ")");
      } else if (texts == null) {
        problems.add(
            PROXY + "." + entry.getKey() + ": neither a value nor a list (expected: one of them)");
      } else {
        List<String> words = new ArrayList<>();
        texts.forEach(text -> words.add(word(option.type(), text)));
        takeOption(option.name(), words);
      }
    }
  }

  private void takeOption(String name, List<String> words) {
    String wrong = SidecarOptions.wrong(name, words);
    if (wrong == null) {
      proxyOptions.put(name, words);
    } else {
      problems.add(PROXY + ": " + wrong);
    }
  }

  private static @Nullable List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value.isArray() ? value : List.of(value)) {
      String text = text(element);
      if (text == null) {
        return null;
      }
      texts.add(text);
    }
    return texts;
  }

  /** Tools that write YAML 1.1, Helm among them, turn a plain on and off into true and false. */
  private static String word(ValueType<?> type, String text) {
    boolean off = "false".equals(text) && type.parse("false") == null && type.parse("off") != null;
    boolean on = "true".equals(text) && type.parse("true") == null && type.parse("on") != null;
    return off ? "off" : on ? "on" : text;
  }

  /** A list's elements by commas, as a setting's list is written. */
  private static @Nullable String text(JsonNode value) {
    if (value.isArray()) {
      List<String> texts = texts(value);
      return texts == null ? null : String.join(",", texts);
    }
    return value.isValueNode() && !value.isNull() ? value.asText() : null;
  }
}
