package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sidecar of a pod needs to send by OTLP, where it is told to: who it is, by the downward
 * API, in OpenTelemetry's standard variables; see docs/opentelemetry.md.
 */
final class Otlp {
  /** The node's address, for a collector that runs on each node. */
  static final String NODE_ADDRESS = "$(NODE_IP)";

  private static final String OPTION = "otlp-endpoint";
  private static final String ARGUMENT = "--" + OPTION + "=";

  private static final String WHO =
      "k8s.pod.name=$(STREAMGAUGE_POD),k8s.namespace.name=$(STREAMGAUGE_NAMESPACE)"
          + ",k8s.node.name=$(STREAMGAUGE_NODE),k8s.pod.uid=$(POD_UID)"
          + ",k8s.container.name="
          + Sidecar.NAME;

  private Otlp() {}

  /** Adds variables; those of the pod's name, namespace and node are there. */
  static void arrange(ArrayNode env, Wishes wishes, Journal journal) {
    List<String> endpoints = wishes.proxyOptions().getOrDefault(OPTION, List.of("off"));
    if (endpoints.contains("off")) {
      return;
    }
    Sidecar.field(env, "NODE_IP", "status.hostIP");
    Sidecar.field(env, "POD_UID", "metadata.uid");
    String more = wishes.find(Settings.OTLP_ATTRIBUTES);
    variable(
        env, "OTEL_RESOURCE_ATTRIBUTES", more == null ? WHO : WHO + "," + Variables.literal(more));
    String service = wishes.find(Settings.OTLP_SERVICE_NAME);
    if (service != null) {
      variable(env, "OTEL_SERVICE_NAME", Variables.literal(service));
    }
    headers(env, wishes.find(Settings.OTLP_HEADERS_SECRET));
    journal.decided(
        Decision.Topic.OTLP,
        "the sidecar sends to "
            + Shown.text(String.join(" ", endpoints))
            + ", and says whose it is",
        "--" + OPTION + " is set");
  }

  /** A pod starts without its Secret: who is not let in by the collector counts that. */
  private static void headers(ArrayNode env, @Nullable String secret) {
    if (secret == null) {
      return;
    }
    int slash = secret.indexOf('/');
    env.addObject()
        .put("name", "OTEL_EXPORTER_OTLP_HEADERS")
        .putObject("valueFrom")
        .putObject("secretKeyRef")
        .put("name", secret.substring(0, slash))
        .put("key", secret.substring(slash + 1))
        .put("optional", true);
  }

  private static void variable(ArrayNode env, String name, String value) {
    env.addObject().put("name", name).put("value", value);
  }

  /** A word of the command line: nothing in it is expanded but the node's address in a URL. */
  static String argument(String word) {
    String literal = Variables.literal(word);
    return word.startsWith(ARGUMENT) ? literal.replace("$" + NODE_ADDRESS, NODE_ADDRESS) : literal;
  }

  /** The same word as the sidecar may get to see it, with an address that is nobody's. */
  static String sample(String argument) {
    String seen =
        argument.startsWith(ARGUMENT)
            ? argument
                .replace("[" + NODE_ADDRESS + "]", "[2001:db8::1]")
                .replace(NODE_ADDRESS, "192.0.2.1")
            : argument;
    return seen.replace("$$(", "$(");
  }
}
