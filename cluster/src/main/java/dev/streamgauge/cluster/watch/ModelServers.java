package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;

/**
 * Which pods are model servers: those with a label or an annotation of ours, unless it says that
 * they want none of it, and those that have our sidecar.
 */
final class ModelServers {
  private static final String OURS = "streamgauge.dev/";
  private static final String WISH = "streamgauge.dev/inject";
  private static final String SIDECAR = "streamgauge";
  private static final Set<String> REFUSALS = Set.of("false", "disabled", "no", "off");

  private ModelServers() {}

  /**
   * Of a pod, or of the template of one.
   *
   * @param pod with {@code metadata} and {@code spec}
   */
  static boolean has(JsonNode pod) {
    JsonNode spec = pod.path("spec");
    if (hasSidecar(spec.path("containers")) || hasSidecar(spec.path("initContainers"))) {
      return true;
    }
    JsonNode metadata = pod.path("metadata");
    JsonNode labels = metadata.path("labels");
    JsonNode annotations = metadata.path("annotations");
    return !refuses(labels) && !refuses(annotations) && (isOurs(labels) || isOurs(annotations));
  }

  private static boolean refuses(JsonNode map) {
    return REFUSALS.contains(map.path(WISH).asText(""));
  }

  private static boolean isOurs(JsonNode map) {
    for (Iterator<String> names = map.fieldNames(); names.hasNext(); ) {
      if (names.next().startsWith(OURS)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasSidecar(JsonNode containers) {
    for (JsonNode container : containers) {
      if (SIDECAR.equals(container.path("name").asText())) {
        return true;
      }
    }
    return false;
  }
}
