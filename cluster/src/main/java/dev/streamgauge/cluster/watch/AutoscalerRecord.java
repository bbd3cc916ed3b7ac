package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** What is kept of an autoscaler. Under the lock. */
final class AutoscalerRecord extends KeptObjects.Kept {
  final String targetKind;
  final String targetName;

  /** KEDA's object that it was made for, or null. */
  final @Nullable String scaledObject;

  int min;
  int max;

  AutoscalerRecord(ObjectNode object) {
    super(object);
    JsonNode target = object.path("spec").path("scaleTargetRef");
    targetKind = Names.kept(target.path("kind").asText(""));
    targetName = Names.kept(target.path("name").asText(""));
    String keda =
        object.path("metadata").path("labels").path("scaledobject.keda.sh/name").asText("");
    scaledObject = keda.isEmpty() ? null : Names.kept(keda);
  }
}
