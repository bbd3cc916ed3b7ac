package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Note;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.EventWriter.About;

/**
 * Tells the owner of a pod what came of it, as Events. At its admission a pod has no uid yet, and
 * one of a workload not even a name: then the Event is about the workload's object that makes it, a
 * ReplicaSet for instance.
 */
final class Notices {
  /** Asked for, and not possible. */
  static final String REFUSED = "SidecarRefused";

  /** Asked for and possible, and not there. */
  static final String MISSING = "SidecarMissing";

  private final EventWriter events;

  Notices(EventWriter events) {
    this.events = events;
  }

  void refused(String namespace, ObjectNode pod, Injection.Refused refused) {
    String message =
        "The pod starts without a sidecar: "
            + refused.message()
            + " ("
            + refused.reason().label()
            + ")";
    events.write(about(namespace, pod), EventWriter.Type.WARNING, REFUSED, message);
  }

  void warned(String namespace, ObjectNode pod, Note note) {
    String reason = note.warning().eventReason();
    events.write(about(namespace, pod), EventWriter.Type.WARNING, reason, note.message());
  }

  /** Of a pod that is stored. */
  void missing(String namespace, ObjectNode pod) {
    events.write(
        about(namespace, pod),
        EventWriter.Type.WARNING,
        MISSING,
        "The pod should have a sidecar and has none: when it was created the webhook did not answer,"
            + " or did not know of it yet. A new pod in its place gets one.");
  }

  private static About about(String namespace, ObjectNode pod) {
    JsonNode metadata = pod.path("metadata");
    String name = metadata.path("name").asText();
    JsonNode uid = metadata.path("uid");
    if (!name.isEmpty()) {
      return new About("v1", "Pod", namespace, name, uid.isTextual() ? uid.textValue() : null);
    }
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        return new About(
            owner.path("apiVersion").asText(),
            owner.path("kind").asText(),
            namespace,
            owner.path("name").asText(),
            owner.path("uid").asText());
      }
    }
    String generated = metadata.path("generateName").asText();
    return new About("v1", "Pod", namespace, generated.isEmpty() ? "unnamed" : generated, null);
  }
}
