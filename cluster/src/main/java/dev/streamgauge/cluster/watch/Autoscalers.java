package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** HorizontalPodAutoscalers, KEDA's among them. */
final class Autoscalers extends KeptObjects<AutoscalerRecord> {
  private static final int AUTOSCALERS_MAX = 5_000;

  Autoscalers(ReentrantLock lock) {
    super(lock, AUTOSCALERS_MAX);
  }

  @Override
  AutoscalerRecord read(ObjectNode object, @Nullable AutoscalerRecord before, boolean baseline) {
    AutoscalerRecord record = new AutoscalerRecord(object);
    JsonNode spec = object.path("spec");
    record.min = spec.path("minReplicas").asInt(1);
    record.max = spec.path("maxReplicas").asInt(0);
    return record;
  }

  /** The one that scales a workload. */
  @Nullable AutoscalerRecord of(String namespace, String kind, String name) {
    for (AutoscalerRecord each : records()) {
      if (each.namespace.equals(namespace)
          && each.targetName.equals(name)
          && each.targetKind.equals(kind)) {
        return each;
      }
    }
    return null;
  }

  /** The one that KEDA made for a ScaledObject. */
  @Nullable AutoscalerRecord ofScaledObject(String namespace, String name) {
    for (AutoscalerRecord each : records()) {
      if (each.namespace.equals(namespace) && name.equals(each.scaledObject)) {
        return each;
      }
    }
    return null;
  }
}
