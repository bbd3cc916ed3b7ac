package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.ProxyOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the sidecar's command line as the sidecar will: one that refuses its own options would not
 * start, and the pod's traffic would end with it.
 */
final class SidecarOptions {
  /** Each is there once, by us, or comes by the environment. */
  private static final Set<String> OURS =
      Set.of("listen", "upstream", "admin", "config", "pod", "namespace", "node", "drain-token");

  private static final String KNOWN_LATER = "known-later";

  private SidecarOptions() {}

  static void check(ObjectNode container) throws CannotInject {
    List<String> args = new ArrayList<>();
    container.path("args").forEach(arg -> args.add(Otlp.sample(arg.asText())));
    args.removeFirst();
    Environment environment = new Environment(variables(container), 1);
    var read = dev.streamgauge.config.Settings.load(args, environment);
    if (read instanceof dev.streamgauge.config.Settings.Refused(List<Problem> problems)) {
      throw bad(problems.getFirst().line());
    }
  }

  /** As the sidecar will have them; a text stands for what is known only when the pod runs. */
  private static Map<String, String> variables(ObjectNode container) {
    Map<String, String> variables = new HashMap<>();
    for (ObjectNode variable : Tree.objects(container, "env")) {
      String value = Tree.text(variable, "value");
      variables.put(variable.path("name").asText(), value == null ? KNOWN_LATER : value);
    }
    return variables;
  }

  /** Of one that somebody asked for. */
  static void check(String name, List<String> values) throws CannotInject {
    String wrong = wrong(name, values);
    if (wrong != null) {
      throw bad(wrong);
    }
  }

  /** What is wrong with asking for it, whatever its value; null for nothing. */
  static @Nullable String wrong(String name, List<String> values) {
    if (OURS.contains(name)) {
      return "--" + name + " is set by the injector";
    }
    boolean file =
        unusable().stream().anyMatch(option -> option.name().equals(name))
            || values.stream().anyMatch(value -> value.startsWith("file:"));
    return file ? "--" + name + " is about a file, and the sidecar has none but its image's" : null;
  }

  /** Options that nobody may ask for. */
  static List<Option<?>> unusable() {
    List<Option<?>> unusable = new ArrayList<>();
    for (Option<?> option : ProxyOptions.ALL.options()) {
      if (OURS.contains(option.name()) || option.type().placeholder().equals("FILE")) {
        unusable.add(option);
      }
    }
    return unusable;
  }

  private static CannotInject bad(String why) {
    return new CannotInject(RefusalReason.BAD_PROXY_OPTION, "the sidecar's options: " + why);
  }
}
