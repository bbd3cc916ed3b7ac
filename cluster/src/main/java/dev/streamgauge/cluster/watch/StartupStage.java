package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.kube.MicroTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a pod passes through on its way to the first request, in this order. The names are values of
 * the label {@code stage}.
 */
enum StartupStage {
  /** From its creation until it has a node. */
  SCHEDULED("scheduled", 1),
  /** Until its init containers have ended, or as native sidecars have started. */
  INITIALIZED("initialized", 2),
  /** Until all its containers run: images are pulled in this stage or the one before. */
  CONTAINERS_STARTED("containers_started", 4),
  /** Until it is ready for the first time: the model is loaded. */
  READY("ready", 8);

  private final String label;
  private final int bit;

  StartupStage(String label, int bit) {
    this.label = label;
    this.bit = bit;
  }

  String label() {
    return label;
  }

  /** A bit of its own, to remember what was passed. */
  int bit() {
    return bit;
  }

  /** When the pod passed it, by what the API says, in whole seconds; null while it has not. */
  @Nullable Instant passedAt(JsonNode pod) {
    JsonNode status = pod.path("status");
    return switch (this) {
      case SCHEDULED -> Conditions.trueSince(status, "PodScheduled");
      case INITIALIZED -> Conditions.trueSince(status, "Initialized");
      case CONTAINERS_STARTED -> allStarted(pod);
      case READY -> Conditions.trueSince(status, "Ready");
    };
  }

  /** The last of the first starts; a container that was started again has forgotten its own. */
  private static @Nullable Instant allStarted(JsonNode pod) {
    JsonNode statuses = pod.path("status").path("containerStatuses");
    Instant last = null;
    for (JsonNode each : statuses) {
      Instant started = startedAt(each);
      if (started == null) {
        return null;
      }
      last = last == null || started.isAfter(last) ? started : last;
    }
    return statuses.size() == pod.path("spec").path("containers").size() ? last : null;
  }

  private static @Nullable Instant startedAt(JsonNode container) {
    for (String state : new String[] {"running", "terminated"}) {
      JsonNode found = container.path("state").path(state).path("startedAt");
      if (found.isTextual()) {
        return MicroTime.parse(found.asText());
      }
    }
    return MicroTime.parse(
        container.path("lastState").path("terminated").path("startedAt").asText(""));
  }
}
