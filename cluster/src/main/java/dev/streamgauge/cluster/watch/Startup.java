package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streamgauge.cluster.kube.MicroTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which stages of its start a pod has passed since it was last looked at, and how long they took.
 */
final class Startup {
  private Startup() {}

  /**
   * A stage that was passed.
   *
   * @param took since the stage before it, or the pod's creation; never negative
   */
  record Passed(StartupStage stage, Duration took) {}

  /** The bits of all stages: of a pod that was ready there is nothing more to time. */
  static int all() {
    int bits = 0;
    for (StartupStage stage : StartupStage.values()) {
      bits |= stage.bit();
    }
    return bits;
  }

  /** The bits of all stages that a pod has passed. */
  static int passed(JsonNode pod) {
    int bits = 0;
    for (StartupStage stage : StartupStage.values()) {
      bits |= stage.passedAt(pod) == null ? 0 : stage.bit();
    }
    return bits;
  }

  /**
   * The stages that are new. What was told of those before stays: a container that was started
   * again since, or a condition that was written anew, has another time now, and the stages would
   * not add up to the whole any more.
   *
   * @param before the bits of those that were passed before
   * @param told how long those took together
   */
  static List<Passed> since(JsonNode pod, int before, Duration told) {
    List<Passed> passed = new ArrayList<>();
    Instant created = createdAt(pod);
    Instant from = created == null ? null : created.plus(told);
    for (StartupStage stage : StartupStage.values()) {
      Instant at = stage.passedAt(pod);
      if (at == null || from == null) {
        break;
      }
      if ((before & stage.bit()) == 0) {
        passed.add(new Passed(stage, between(from, at)));
        from = at.isAfter(from) ? at : from;
      }
    }
    return passed;
  }

  static Duration together(List<Passed> stages) {
    return stages.stream().map(Passed::took).reduce(Duration.ZERO, Duration::plus);
  }

  /**
   * Whether a pod that is seen for the first time has been ready before: only that makes its
   * readiness change long after its containers started, and containers start again.
   */
  static boolean mayHaveBeenReady(JsonNode pod) {
    JsonNode ready = Conditions.of(pod.path("status"), "Ready");
    if (ready.path("status").asText("").equals("True")) {
      return true;
    }
    Instant started = StartupStage.CONTAINERS_STARTED.passedAt(pod);
    Instant changed = MicroTime.parse(ready.path("lastTransitionTime").asText(""));
    return started != null && changed != null && changed.isAfter(started.plusSeconds(2));
  }

  private static @Nullable Instant createdAt(JsonNode pod) {
    return MicroTime.parse(pod.path("metadata").path("creationTimestamp").asText(""));
  }

  /** Clocks of different machines wrote these: a stage that ended before it began took no time. */
  private static Duration between(Instant from, Instant to) {
    Duration took = Duration.between(from, to);
    return took.isNegative() ? Duration.ZERO : took;
  }
}
