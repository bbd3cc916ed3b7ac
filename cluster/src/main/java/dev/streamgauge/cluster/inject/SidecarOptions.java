package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.ProxyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks the sidecar's command line as the sidecar will: one that refuses its own options would not
 * start, and the pod's traffic would end with it.
 */
final class SidecarOptions {
  /** Each is there once, by us, or comes by the environment. */
  private static final Set<String> OURS =
      Set.of("listen", "upstream", "admin", "config", "pod", "namespace", "node", "drain-token");

  private SidecarOptions() {}

  static void check(ObjectNode container) throws CannotInject {
    List<String> args = new ArrayList<>();
    container.path("args").forEach(arg -> args.add(arg.asText().replace("$$(", "$(")));
    args.removeFirst();
    Environment environment = new Environment(Map.of(), 1);
    var read = dev.streamgauge.config.Settings.load(args, environment);
    if (read instanceof dev.streamgauge.config.Settings.Refused(List<Problem> problems)) {
      throw bad(problems.getFirst().line());
    }
  }

  /** Of one that somebody asked for. */
  static void check(String name, List<String> values) throws CannotInject {
    if (OURS.contains(name)) {
      throw bad("--" + name + " is set by the injector");
    }
    boolean file = isOfFile(name) || values.stream().anyMatch(value -> value.startsWith("file:"));
    if (file) {
      throw bad("--" + name + " is about a file, and the sidecar has none but its image's");
    }
  }

  private static boolean isOfFile(String name) {
    for (Option<?> option : ProxyOptions.ALL.options()) {
      if (option.name().equals(name)) {
        return option.type().placeholder().equals("FILE");
      }
    }
    return false;
  }

  private static CannotInject bad(String why) {
    return new CannotInject(RefusalReason.BAD_PROXY_OPTION, "the sidecar's options: " + why);
  }
}
