package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** The container that is added, and what the pod itself needs for it. */
final class Sidecar {
  static final String NAME = "streamgauge";

  /** So that a monitor finds the port by its name; at most 15 characters. */
  static final String METRICS_PORT = "sg-metrics";

  static final String LISTEN_PORT = "sg-http";

  /** For those who have not heard yet that the pod goes and still send here. */
  static final int LINGER_SECONDS = 5;

  /** A drain is at most so long, and the sidecar takes no longer grace. */
  static final int GRACE_SECONDS_MAX = 24 * 3600;

  private static final int LOWEST_UNPRIVILEGED_PORT = 1024;

  /** Where it lies in the image. */
  private static final String PROGRAM = "/opt/streamgauge/bin/streamgauge";

  private final Pod pod;
  private final ServerStart start;
  private final Route route;
  private final Wishes wishes;
  private final Journal journal;
  private final Neighbours neighbours;

  Sidecar(Pod pod, ServerStart start, Route route, Wishes wishes, Journal journal) {
    this.pod = pod;
    this.start = start;
    this.route = route;
    this.wishes = wishes;
    this.journal = journal;
    this.neighbours = new Neighbours(pod);
  }

  void add() throws CannotInject {
    ObjectNode container = JsonNodeFactory.instance.objectNode();
    boolean isNative = wishes.get(Settings.SIDECAR) == Settings.Kind.NATIVE;
    String tokenForDrain = Ending.arrange(pod, start, route, wishes, neighbours, journal);
    container.put("name", NAME);
    container.put("image", wishes.get(Settings.IMAGE));
    Settings.PullPolicy pull = wishes.find(Settings.IMAGE_PULL_POLICY);
    if (pull != null) {
      container.put("imagePullPolicy", pull.label());
    }
    if (isNative) {
      container.put("restartPolicy", Pod.NATIVE_RESTART_POLICY);
    }
    args(container);
    environment(container, tokenForDrain);
    ports(container);
    probes(container);
    if (!isNative) {
      linger(container);
    }
    SidecarOptions.check(container);
    Resources.set(pod, container, wishes, journal);
    Security.set(pod, container, route.listenPort(), journal);
    Gpus.show(pod, start.container(), container, wishes, journal);
    place(container, isNative);
    metadata(isNative);
  }

  private void args(ObjectNode container) throws CannotInject {
    ArrayNode args = container.putArray("args");
    args.add("proxy");
    args.add("--listen=" + route.listenHost() + ":" + route.listenPort());
    args.add("--upstream=" + route.upstream());
    String adminHost = Route.inUrl(wishes.get(Settings.LISTEN_ADDRESS));
    args.add("--admin=" + adminHost + ":" + route.adminPort());
    String engine = start.engine().proxyEngine();
    boolean own = wishes.proxyOptions().containsKey("engine");
    if (engine != null && start.engine() != Engine.GENERIC && !own) {
      args.add("--engine=" + engine);
    }
    String gpu = wishes.find(Settings.GPU);
    if (gpu != null) {
      args.add("--gpu=" + Variables.literal(gpu));
    }
    for (Map.Entry<String, List<String>> option : wishes.proxyOptions().entrySet()) {
      SidecarOptions.check(option.getKey(), option.getValue());
      for (String value : option.getValue()) {
        args.add(Otlp.argument("--" + option.getKey() + "=" + value));
      }
    }
  }

  private void environment(ObjectNode container, String tokenForDrain) {
    ArrayNode env = container.putArray("env");
    field(env, "STREAMGAUGE_POD", "metadata.name");
    field(env, "STREAMGAUGE_NAMESPACE", "metadata.namespace");
    field(env, "STREAMGAUGE_NODE", "spec.nodeName");
    env.addObject()
        .put("name", "STREAMGAUGE_POD_GRACE")
        .put("value", Integer.toString(Math.min(pod.graceSeconds(), GRACE_SECONDS_MAX)));
    if (!tokenForDrain.isEmpty()) {
      env.addObject().put("name", "STREAMGAUGE_DRAIN_TOKEN").put("value", tokenForDrain);
    }
    Otlp.arrange(env, wishes, journal);
  }

  static void field(ArrayNode env, String name, String path) {
    ObjectNode variable = env.addObject().put("name", name);
    variable.putObject("valueFrom").putObject("fieldRef").put("fieldPath", path);
  }

  private void ports(ObjectNode container) {
    ArrayNode ports = container.putArray("ports");
    if (route.mode() == Settings.Mode.BESIDE) {
      port(ports, LISTEN_PORT, route.listenPort());
    }
    port(ports, METRICS_PORT, route.adminPort());
  }

  private static void port(ArrayNode ports, String name, int number) {
    ports.addObject().put("name", name).put("containerPort", number).put("protocol", "TCP");
  }

  /**
   * Liveness is its own alone: a server that loads or fails is no reason to restart the sidecar.
   */
  private void probes(ObjectNode container) {
    if (neighbours.capturesProbes(route.adminPort())) {
      ArrayNode command =
          container.putObject("livenessProbe").putObject("exec").putArray("command");
      command.add(PROGRAM).add("health").add("--admin=127.0.0.1:" + route.adminPort());
      Tree.madeObject(container, "livenessProbe")
          .put("periodSeconds", 30)
          .put("timeoutSeconds", 5)
          .put("initialDelaySeconds", 10);
      journal.decided(
          Decision.Topic.PROBE,
          "the sidecar is probed by a command of its own, for liveness alone",
          neighbours.mesh() + " stands in front of its port, and may refuse the kubelet");
      journal.decided(
          Decision.Topic.PROBE,
          "probes that Istio has rewritten stay as they are",
          "its agent asks the server's former port: the sidecar, which asks the server");
      return;
    }
    probe(container, "startupProbe", "/healthz", 1, 120);
    probe(container, "readinessProbe", "/readyz", 5, 3);
    probe(container, "livenessProbe", "/healthz", 10, 6);
    journal.decided(
        Decision.Topic.PROBE,
        "the sidecar is ready when the server accepts connections, and lives for itself",
        "traffic that comes earlier would get 502");
  }

  private void probe(
      ObjectNode container, String name, String path, int periodSeconds, int failures) {
    ObjectNode probe = container.putObject(name);
    probe.putObject("httpGet").put("path", path).put("port", METRICS_PORT).put("scheme", "HTTP");
    probe
        .put("periodSeconds", periodSeconds)
        .put("timeoutSeconds", 2)
        .put("failureThreshold", failures);
  }

  private static void linger(ObjectNode container) {
    ObjectNode hook = container.putObject("lifecycle").putObject("preStop");
    hook.putObject("exec").putArray("command").add("sleep").add(Integer.toString(LINGER_SECONDS));
  }

  /** Behind the pod's own init containers, which then run without it and as before. */
  private void place(ObjectNode container, boolean isNative) {
    Tree.madeArray(pod.spec(), isNative ? "initContainers" : "containers").add(container);
    journal.decided(
        Decision.Topic.SIDECAR,
        isNative
            ? "a native sidecar, the last of the init containers"
            : "an ordinary container, the last of them",
        isNative ? "it starts before the server and ends after it" : "asked for");
  }

  private void metadata(boolean isNative) {
    ObjectNode metadata = pod.madeMetadata();
    Tree.madeObject(metadata, "labels").put(Wishes.INJECTED, "true");
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status
        .put("container", start.container().name())
        .put("engine", start.engine().label())
        .put("mode", route.mode().label())
        .put("sidecar", isNative ? "native" : "ordinary")
        .put("listenPort", route.listenPort())
        .put("serverPort", route.serverPort())
        .put("adminPort", route.adminPort());
    ObjectNode annotations = Tree.madeObject(metadata, "annotations");
    annotations.put(Wishes.STATUS, status.toString());
    if (wishes.get(Settings.SCRAPE_ANNOTATIONS)) {
      Scraping.annotate(annotations, route.adminPort(), journal);
    }
  }

  static boolean isPrivileged(int port) {
    return port < LOWEST_UNPRIVILEGED_PORT;
  }
}
