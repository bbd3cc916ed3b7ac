package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pod is a replica of: the object whose replicas somebody sets. Its name is the label {@code
 * workload}.
 */
record Workload(String kind, String name) {
  private static final String LEADER_WORKER_SET = "leaderworkerset.sigs.k8s.io/name";

  /** A CronJob names its Jobs after the minute, a new name each time. */
  private static final Pattern OF_CRON_JOB = Pattern.compile("(.+)-\\d{8,10}");

  /** Of a pod, or of what may own one: its owner, its owner's owner, or itself. */
  static Workload of(String ownKind, JsonNode metadata) {
    JsonNode labels = metadata.path("labels");
    String group = labels.path(LEADER_WORKER_SET).asText("");
    if (!group.isEmpty()) {
      return of("LeaderWorkerSet", group);
    }
    for (JsonNode owner : metadata.path("ownerReferences")) {
      if (owner.path("controller").asBoolean(false)) {
        return owned(owner.path("kind").asText(""), owner.path("name").asText(""), labels);
      }
    }
    return of(ownKind, metadata.path("name").asText(""));
  }

  private static Workload of(String kind, String name) {
    return new Workload(Names.kept(kind), Names.kept(name));
  }

  /**
   * A ReplicaSet's name is its Deployment's and the hash of the template, which is a label, too.
   */
  private static Workload owned(String kind, String name, JsonNode labels) {
    if (kind.equals("ReplicaSet")) {
      String ofDeployment = without(name, labels.path("pod-template-hash").asText(""));
      if (!ofDeployment.isEmpty()) {
        return of("Deployment", ofDeployment);
      }
      String ofRollout = without(name, labels.path("rollouts-pod-template-hash").asText(""));
      return ofRollout.isEmpty() ? of(kind, name) : of("Rollout", ofRollout);
    }
    Matcher job = OF_CRON_JOB.matcher(name);
    return kind.equals("Job") && job.matches() ? of("CronJob", job.group(1)) : of(kind, name);
  }

  private static String without(String name, String hash) {
    boolean ends = !hash.isEmpty() && name.endsWith("-" + hash);
    return ends ? name.substring(0, name.length() - hash.length() - 1) : "";
  }
}
