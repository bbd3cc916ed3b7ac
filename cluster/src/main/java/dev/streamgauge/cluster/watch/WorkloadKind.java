package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.kube.Resource;
import org.jspecify.annotations.Nullable;

/** What has replicas, and where its objects say how many. */
enum WorkloadKind {
  DEPLOYMENT("Deployment", Resource.DEPLOYMENTS, "/spec/template"),
  STATEFUL_SET("StatefulSet", Resource.STATEFUL_SETS, "/spec/template"),
  REPLICA_SET("ReplicaSet", Resource.REPLICA_SETS, "/spec/template"),
  LEADER_WORKER_SET(
      "LeaderWorkerSet",
      Resource.LEADER_WORKER_SETS,
      "/spec/leaderWorkerTemplate/leaderTemplate",
      "/spec/leaderWorkerTemplate/workerTemplate"),
  /** KServe's: its Deployments have the replicas, and it has their bounds. */
  INFERENCE_SERVICE("InferenceService", Resource.INFERENCE_SERVICES) {
    @Override
    @Nullable Integer desired(JsonNode object) {
      return null;
    }

    @Override
    @Nullable Integer min(JsonNode object) {
      return number(object.at("/spec/predictor/minReplicas"));
    }

    @Override
    @Nullable Integer max(JsonNode object) {
      return number(object.at("/spec/predictor/maxReplicas"));
    }
  },
  /** Knative's: it scales the Deployment of a revision. */
  KNATIVE_AUTOSCALER("PodAutoscaler", Resource.KNATIVE_AUTOSCALERS) {
    @Override
    @Nullable Integer desired(JsonNode object) {
      return null;
    }

    @Override
    @Nullable Integer min(JsonNode object) {
      return annotated(object, "autoscaling.knative.dev/min-scale");
    }

    @Override
    @Nullable Integer max(JsonNode object) {
      return annotated(object, "autoscaling.knative.dev/max-scale");
    }
  };

  private final String kind;

  @SuppressWarnings("ImmutableEnumChecker") // a record of strings
  private final Resource resource;

  @SuppressWarnings("ImmutableEnumChecker") // never written to
  private final String[] templates;

  WorkloadKind(String kind, Resource resource, String... templates) {
    this.kind = kind;
    this.resource = resource;
    this.templates = templates;
  }

  static @Nullable WorkloadKind of(String kind) {
    for (WorkloadKind each : values()) {
      if (each.kind.equals(kind)) {
        return each;
      }
    }
    return null;
  }

  String kind() {
    return kind;
  }

  Resource resource() {
    return resource;
  }

  /** Whether its own metadata or its pods' template says that these are model servers. */
  boolean hasModelServers(JsonNode object) {
    if (ModelServers.has(object)) {
      return true;
    }
    for (String template : templates) {
      if (ModelServers.has(object.at(template))) {
        return true;
      }
    }
    return false;
  }

  /** Replicas that are wanted: 1 where the object does not say; null where it has none. */
  @Nullable Integer desired(JsonNode object) {
    return object.at("/spec/replicas").asInt(1);
  }

  int ready(JsonNode object) {
    return object.at("/status/readyReplicas").asInt(0);
  }

  int available(JsonNode object) {
    JsonNode available = object.at("/status/availableReplicas");
    return this == LEADER_WORKER_SET ? ready(object) : available.asInt(0);
  }

  /** Bounds of an autoscaler that is part of it. */
  @Nullable Integer min(JsonNode object) {
    return null;
  }

  @Nullable Integer max(JsonNode object) {
    return null;
  }

  private static @Nullable Integer number(JsonNode node) {
    return node.canConvertToInt() && node.isIntegralNumber() ? (Integer) node.asInt() : null;
  }

  private static @Nullable Integer annotated(JsonNode object, String annotation) {
    String text = object.path("metadata").path("annotations").path(annotation).asText("");
    return text.matches("\\d{1,6}") ? (Integer) Integer.parseInt(text) : null;
  }
}
