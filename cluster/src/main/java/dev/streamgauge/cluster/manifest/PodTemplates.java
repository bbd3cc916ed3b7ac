package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the pods are in the objects that make them. */
final class PodTemplates {
  private static final int LISTS_NESTED_MAX = 4;

  private PodTemplates() {}

  /**
   * A pod, or what pods are made of.
   *
   * @param owner the object that it stands in
   * @param kind the owner's
   * @param pod with metadata and spec
   */
  record Template(ObjectNode owner, String kind, ObjectNode pod) {
    String name() {
      String name = text(owner.path("metadata"), "name");
      String generated = text(owner.path("metadata"), "generateName");
      return name != null ? name : generated != null ? generated : "without a name";
    }

    /** It is the object itself, not a part of one. */
    boolean isPod() {
      return kind.equals("Pod");
    }

    @Nullable String namespace() {
      return text(owner.path("metadata"), "namespace");
    }
  }

  /** All of one document; none where it is an object of another kind. */
  static List<Template> of(JsonNode document) {
    List<Template> found = new ArrayList<>();
    collect(document, found, 0);
    return found;
  }

  private static void collect(JsonNode document, List<Template> found, int nested) {
    if (!(document instanceof ObjectNode object)) {
      return;
    }
    String said = text(object, "kind");
    String kind = said == null ? "" : said;
    switch (kind) {
      case "Pod" -> found.add(new Template(object, kind, object));
      case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job" ->
          add(object, kind, object.at("/spec/template"), found);
      case "CronJob" -> add(object, kind, object.at("/spec/jobTemplate/spec/template"), found);
      case "PodTemplate" -> add(object, kind, object.at("/template"), found);
      case "LeaderWorkerSet" -> leader(object, found);
      case "List", "PodList", "DeploymentList", "StatefulSetList" -> {
        if (object.get("items") instanceof ArrayNode items && nested < LISTS_NESTED_MAX) {
          items.forEach(item -> collect(item, found, nested + 1));
        }
      }
      default -> {}
    }
  }

  private static void add(ObjectNode owner, String kind, JsonNode pod, List<Template> found) {
    if (pod instanceof ObjectNode template) {
      found.add(new Template(owner, kind, template));
    }
  }

  /**
   * Requests go to the leader. Where it is made as the workers are, it gets a template of its own.
   */
  private static void leader(ObjectNode owner, List<Template> found) {
    if (!(owner.at("/spec/leaderWorkerTemplate") instanceof ObjectNode templates)) {
      return;
    }
    if (!templates.hasNonNull("leaderTemplate")
        && templates.get("workerTemplate") instanceof ObjectNode worker) {
      templates.set("leaderTemplate", worker.deepCopy());
    }
    add(owner, "LeaderWorkerSet", templates.path("leaderTemplate"), found);
  }

  static @Nullable String text(JsonNode parent, String name) {
    JsonNode child = parent.path(name);
    return child.isTextual() ? child.textValue() : null;
  }
}
