package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Who set a number of replicas. The names are values of the label {@code by}. */
enum ScaleActor {
  /** A HorizontalPodAutoscaler. */
  AUTOSCALER("autoscaler"),
  /** KEDA, or an autoscaler that is KEDA's. */
  KEDA("keda"),
  KNATIVE("knative"),
  KUBECTL("kubectl"),
  HELM("helm"),
  ARGOCD("argocd"),
  FLUX("flux"),
  OTHER("other"),
  /** The object does not say. */
  UNKNOWN("unknown");

  private final String label;

  ScaleActor(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * Who wrote {@code spec.replicas} last, as the API server notes it (metadata.managedFields);
   * empty where it does not.
   */
  static String manager(JsonNode metadata) {
    String manager = "";
    String latest = "";
    for (JsonNode each : metadata.path("managedFields")) {
      boolean wrote = each.path("fieldsV1").path("f:spec").has("f:replicas");
      String time = each.path("time").asText("");
      if (wrote && time.compareTo(latest) >= 0) {
        manager = each.path("manager").asText("");
        latest = time;
      }
    }
    return manager;
  }

  /**
   * By the name of the manager.
   *
   * @param kedas the workload's autoscaler is KEDA's
   */
  static ScaleActor of(String manager, boolean kedas) {
    String name = manager.toLowerCase(Locale.ROOT);
    if (name.isEmpty()) {
      return UNKNOWN;
    }
    if (name.startsWith("kube-controller-manager")) {
      return kedas ? KEDA : AUTOSCALER; // the autoscaler runs in it
    }
    if (name.startsWith("keda")) {
      return KEDA;
    }
    if (name.startsWith("kubectl")) {
      return KUBECTL;
    }
    if (name.equals("autoscaler") || name.contains("knative")) {
      return KNATIVE;
    }
    if (name.startsWith("argocd")) {
      return ARGOCD;
    }
    if (name.startsWith("kustomize-controller") || name.startsWith("helm-controller")) {
      return FLUX;
    }
    return name.startsWith("helm") ? HELM : OTHER;
  }
}
