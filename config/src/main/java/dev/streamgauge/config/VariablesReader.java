package dev.streamgauge.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Takes the {@code STREAMGAUGE_*} variables. An empty one counts as not set. */
final class VariablesReader {
  static final String POD_GRACE = "STREAMGAUGE_POD_GRACE";

  /** Not options: for the launcher, and what the pod says of itself. */
  static final Set<String> OTHERS = Set.of(POD_GRACE, "STREAMGAUGE_JAVA_OPTS", "STREAMGAUGE_JAVA");

  private static final String PREFIX = "STREAMGAUGE_";
  private static final Source SOURCE = new Source.Variable();

  private final OptionSet set;
  private final Reading reading;

  VariablesReader(OptionSet set, Reading reading) {
    this.set = set;
    this.reading = reading;
  }

  void read(Map<String, String> variables) {
    Map<String, Option<?>> byName = new HashMap<>();
    set.options().forEach(option -> byName.put(option.environmentName(), option));
    // sorted, so that problems come in the same order each time
    new TreeMap<>(variables)
        .forEach(
            (name, text) -> {
              if (name.startsWith(PREFIX) && !text.isEmpty()) {
                take(name, text, byName);
              }
            });
  }

  private void take(String name, String text, Map<String, Option<?>> byName) {
    Option<?> option = byName.get(name);
    if (option == null) {
      unknown(name);
    } else if (option.repeatable()) {
      for (String part : text.split(";", -1)) {
        reading.add(option, part.strip(), SOURCE);
      }
    } else {
      reading.add(option, text, SOURCE);
    }
  }

  private void unknown(String name) {
    if (OTHERS.contains(name) || isOfProxy(name) || ServiceLink.PATTERN.matcher(name).matches()) {
      return;
    }
    String expected = set.nearest(name, Option::environmentName);
    reading.report(new Problem(name, "unknown variable", SOURCE.place(), expected));
  }

  /** What is meant for the sidecar may stand in the environment of another command. */
  private static boolean isOfProxy(String name) {
    return ProxyOptions.ALL.options().stream()
        .anyMatch(option -> option.environmentName().equals(name));
  }

  /**
   * Kubernetes sets these in each pod of a namespace that has a Service named {@code streamgauge}
   * or {@code streamgauge-...} (enableServiceLinks): nobody's typing error.
   */
  private static final class ServiceLink {
    static final Pattern PATTERN =
        Pattern.compile(
            PREFIX
                + "(?:.*_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.*)?"
                + "|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)");
  }
}
