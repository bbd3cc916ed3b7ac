package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Decision.Topic;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sidecar asks for, and may use at most. */
final class Resources {
  private static final String CPU = "cpu";
  private static final String MEMORY = "memory";

  private Resources() {}

  /** What asks for more than it may use makes the API server refuse the whole pod. */
  static @Nullable String contradiction(String request, String asked, String limit, String most) {
    return QuantitySize.of(asked).compareTo(QuantitySize.of(most)) <= 0
        ? null
        : request + ": " + asked + " (expected: at most " + limit + ", " + most + ")";
  }

  private static void check(Wishes wishes, Setting<String> request, Setting<String> limit)
      throws CannotInject {
    String wrong =
        contradiction(
            request.annotation(), wishes.get(request), limit.annotation(), wishes.get(limit));
    if (wrong != null) {
      throw new CannotInject(RefusalReason.BAD_ANNOTATION, wrong);
    }
  }

  static void set(Pod pod, ObjectNode sidecar, Wishes wishes, Journal journal) throws CannotInject {
    ObjectNode resources = sidecar.putObject("resources");
    if (Tree.has(pod.spec(), "resources")) {
      // pod-level resources (1.34): the containers' sum may not be more, and the pod is sized
      // already
      journal.decided(
          Topic.RESOURCES,
          "the sidecar asks for nothing of its own",
          "the pod has resources as a whole, and the sum of its containers may not exceed them");
      return;
    }
    boolean guaranteed = isGuaranteed(pod);
    if (!guaranteed) {
      check(wishes, Settings.CPU_REQUEST, Settings.CPU_LIMIT);
      check(wishes, Settings.MEMORY_REQUEST, Settings.MEMORY_LIMIT);
    }
    ObjectNode requests = resources.putObject("requests");
    requests.put(CPU, wishes.get(guaranteed ? Settings.CPU_LIMIT : Settings.CPU_REQUEST));
    requests.put(MEMORY, wishes.get(guaranteed ? Settings.MEMORY_LIMIT : Settings.MEMORY_REQUEST));
    ObjectNode limits = resources.putObject("limits");
    limits.put(CPU, wishes.get(Settings.CPU_LIMIT));
    limits.put(MEMORY, wishes.get(Settings.MEMORY_LIMIT));
    journal.decided(
        Topic.RESOURCES,
        "requests " + requests + ", limits " + limits,
        guaranteed
            ? "requests are the limits: the pod's quality of service stays Guaranteed"
            : "as set by policy and annotations");
  }

  /** Each container's requests are its limits; a missing request is one (Kubernetes' defaults). */
  private static boolean isGuaranteed(Pod pod) {
    for (List<Container> containers : List.of(pod.containers(), pod.initContainers())) {
      for (Container container : containers) {
        if (!isGuaranteed(container, CPU) || !isGuaranteed(container, MEMORY)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isGuaranteed(Container container, String resource) {
    JsonNode limit = container.resource("limits", resource);
    JsonNode request = container.resource("requests", resource);
    return limit != null && (request == null || isSame(request.asText(), limit.asText()));
  }

  /** A manifest may write 1 and 1000m; the API server hands on both as 1. */
  private static boolean isSame(String request, String limit) {
    return request.equals(limit)
        || (QuantitySize.isOne(request)
            && QuantitySize.isOne(limit)
            && QuantitySize.of(request).compareTo(QuantitySize.of(limit)) == 0);
  }
}
