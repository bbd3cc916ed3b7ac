package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.streamgauge.cluster.kube.MicroTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the list of conditions in an object's status. */
final class Conditions {
  private Conditions() {}

  /** The condition of that type; a missing node where there is none. */
  static JsonNode of(JsonNode status, String type) {
    for (JsonNode each : status.path("conditions")) {
      if (type.equals(each.path("type").asText())) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  /** {@code True}, {@code False}, {@code Unknown}; empty where there is no such condition. */
  static String status(JsonNode status, String type) {
    return of(status, type).path("status").asText("");
  }

  /** Since when it is true; null where it is not, or it does not say. */
  static @Nullable Instant trueSince(JsonNode status, String type) {
    JsonNode condition = of(status, type);
    return condition.path("status").asText("").equals("True")
        ? MicroTime.parse(condition.path("lastTransitionTime").asText(""))
        : null;
  }
}
