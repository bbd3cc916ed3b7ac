package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How often each container of a pod was started again, as it was last seen; and what has come
 * since. The API counts these itself, so that what happened while nobody looked is not lost; only
 * how the last one ended is known, the others' reason is {@code Unknown}.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; small, for there are thousands
record ContainerRuns(String[] names, int[] restarts) {
  static final String UNKNOWN = "Unknown";
  static final ContainerRuns NONE = new ContainerRuns(new String[0], new int[0]);

  /** What the kubelet and the container runtimes say; the rest is {@code Other}. */
  private static final Set<String> REASONS =
      Set.of(
          "OOMKilled",
          "Error",
          "Completed",
          "ContainerCannotRun",
          "ContainerStatusUnknown",
          "DeadlineExceeded",
          "Evicted",
          "StartError",
          "CreateContainerError");

  /**
   * Restarts of one container.
   *
   * @param reason how the run before ended
   * @param exitCode of that run, or null
   * @param total how often it has been started again in all
   */
  record Restart(
      String container, String reason, @Nullable Integer exitCode, int times, int total) {}

  /** As a pod's status has them. */
  static ContainerRuns of(JsonNode pod) {
    List<JsonNode> statuses = statuses(pod);
    if (statuses.isEmpty()) {
      return NONE;
    }
    String[] names = new String[statuses.size()];
    int[] restarts = new int[names.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = Names.kept(statuses.get(i).path("name").asText(""));
      restarts[i] = statuses.get(i).path("restartCount").asInt(0);
    }
    return new ContainerRuns(names, restarts);
  }

  /** What has happened to a pod since these were read from it. */
  List<Restart> since(JsonNode pod) {
    List<Restart> found = new ArrayList<>();
    for (JsonNode status : statuses(pod)) {
      String name = Names.kept(status.path("name").asText(""));
      int total = status.path("restartCount").asInt(0);
      int more = total - before(name);
      if (more > 0) {
        JsonNode ended = status.path("lastState").path("terminated");
        found.add(new Restart(name, reason(ended), exitCode(ended), 1, total));
        if (more > 1) {
          found.add(new Restart(name, UNKNOWN, null, more - 1, total));
        }
      }
    }
    return found;
  }

  private int before(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return restarts[i];
      }
    }
    return 0;
  }

  private static String reason(JsonNode ended) {
    String reason = ended.path("reason").asText("");
    if (reason.isEmpty()) {
      return UNKNOWN;
    }
    return REASONS.contains(reason) ? reason : "Other";
  }

  private static @Nullable Integer exitCode(JsonNode ended) {
    JsonNode code = ended.path("exitCode");
    return code.isInt() ? (Integer) code.asInt() : null;
  }

  private static List<JsonNode> statuses(JsonNode pod) {
    List<JsonNode> all = new ArrayList<>();
    pod.path("status").path("initContainerStatuses").forEach(all::add);
    pod.path("status").path("containerStatuses").forEach(all::add);
    return all;
  }
}
