package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What a pod is at; exactly one for each pod. The names are values of the label {@code status}. */
enum PodStatus {
  /** Not on a node yet. */
  PENDING("Pending"),
  /** On a node; its containers are being made: images pulled, init containers run. */
  CONTAINER_CREATING("ContainerCreating"),
  IMAGE_PULL_BACK_OFF("ImagePullBackOff"),
  CRASH_LOOP_BACK_OFF("CrashLoopBackOff"),
  /** Its containers run, and it was never ready: the model is loading. */
  RUNNING("Running"),
  /** It was ready, and is not. */
  NOT_READY("NotReady"),
  READY("Ready"),
  FAILED("Failed"),
  SUCCEEDED("Succeeded"),
  /** Its node says nothing. */
  UNKNOWN("Unknown"),
  TERMINATING("Terminating");

  /** What the kubelet says of an image that cannot be had, now or for good. */
  private static final Set<String> IMAGE_FAULTS =
      Set.of(
          "ImagePullBackOff",
          "ErrImagePull",
          "ErrImageNeverPull",
          "ImageInspectError",
          "InvalidImageName",
          "RegistryUnavailable",
          "SignatureValidationFailed");

  private final String label;

  PodStatus(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /**
   * Of a pod.
   *
   * @param wasReady whether it has ever been
   */
  static PodStatus of(JsonNode pod, boolean wasReady) {
    JsonNode status = pod.path("status");
    String phase = status.path("phase").asText("");
    String ready = Conditions.status(status, "Ready");
    if (phase.equals("Unknown")
        || ready.equals("Unknown")
        || status.path("reason").asText("").equals("NodeLost")) {
      return UNKNOWN;
    }
    if (phase.equals("Failed")) {
      return FAILED;
    }
    if (phase.equals("Succeeded")) {
      return SUCCEEDED;
    }
    if (!pod.path("metadata").path("deletionTimestamp").asText("").isEmpty()) {
      return TERMINATING;
    }
    return alive(pod, status, ready.equals("True"), wasReady);
  }

  private static PodStatus alive(JsonNode pod, JsonNode status, boolean isReady, boolean wasReady) {
    if (waits(status, Set.of("CrashLoopBackOff"))) {
      return CRASH_LOOP_BACK_OFF;
    }
    if (waits(status, IMAGE_FAULTS)) {
      return IMAGE_PULL_BACK_OFF;
    }
    if (isReady) {
      return READY;
    }
    if (status.path("phase").asText("").equals("Running")) {
      return wasReady ? NOT_READY : RUNNING;
    }
    boolean placed = !pod.path("spec").path("nodeName").asText("").isEmpty();
    return placed ? CONTAINER_CREATING : PENDING;
  }

  private static boolean waits(JsonNode status, Set<String> reasons) {
    return anyWaits(status.path("initContainerStatuses"), reasons)
        || anyWaits(status.path("containerStatuses"), reasons);
  }

  private static boolean anyWaits(JsonNode statuses, Set<String> reasons) {
    for (JsonNode each : statuses) {
      if (reasons.contains(each.path("state").path("waiting").path("reason").asText(""))) {
        return true;
      }
    }
    return false;
  }
}
