package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is kept of a workload. Under the lock. */
final class WorkloadRecord extends KeptObjects.Kept {
  final WorkloadKind kind;

  /** Whose replicas these are: itself, or what it belongs to and is not shown beside. */
  final Workload workload;

  boolean modelServers;
  @Nullable Integer desired;
  int ready;
  int available;
  @Nullable Integer min;
  @Nullable Integer max;

  /** Since when fewer are ready than wanted; null while that is not so, or not known. */
  private @Nullable Long behindSinceNanos;

  private boolean sinceUnknown;
  private long lookedAtNanos;

  WorkloadRecord(WorkloadKind kind, ObjectNode object, long nowNanos) {
    super(object);
    this.kind = kind;
    this.workload = Workload.of(kind.kind(), object.path("metadata"));
    this.lookedAtNanos = nowNanos;
  }

  /** A part of another workload, whose pods are that one's. */
  boolean isPart() {
    return switch (kind) {
      case REPLICA_SET, STATEFUL_SET -> !workload.kind().equals(kind.kind());
      case DEPLOYMENT, LEADER_WORKER_SET, INFERENCE_SERVICE, KNATIVE_AUTOSCALER -> false;
    };
  }

  /** The label: Knative's autoscaler is known by the Deployment that it scales. */
  String label() {
    return switch (kind) {
      case KNATIVE_AUTOSCALER -> name + "-deployment";
      case REPLICA_SET, STATEFUL_SET -> workload.name();
      case DEPLOYMENT, LEADER_WORKER_SET, INFERENCE_SERVICE -> name;
    };
  }

  /** Whose pods are its own. */
  Workload ofPods() {
    return switch (kind) {
      case INFERENCE_SERVICE -> new Workload("Deployment", name + "-predictor");
      case KNATIVE_AUTOSCALER -> new Workload("Deployment", label());
      case DEPLOYMENT, STATEFUL_SET, REPLICA_SET, LEADER_WORKER_SET -> workload;
    };
  }

  Subject subject() {
    return new Subject(namespace, label(), null, null);
  }

  int missing() {
    Integer wanted = desired;
    return wanted == null ? 0 : Math.max(0, wanted - ready);
  }

  /** Replicas that were missing since the last call, times how long. */
  double missedReplicaSeconds(long nowNanos) {
    double seconds = (nowNanos - lookedAtNanos) / 1e9;
    lookedAtNanos = nowNanos;
    return missing() * Math.max(0, seconds);
  }

  /**
   * Takes new numbers over.
   *
   * @param begun it was there before we were: since when it is behind is not known
   * @return how long it took until all that are wanted were ready, where they are just now
   */
  @Nullable Duration follow(
      @Nullable Integer newDesired, int newReady, boolean begun, long nowNanos) {
    boolean rose = newReady > ready;
    desired = newDesired;
    ready = newReady;
    if (missing() > 0) {
      sinceUnknown |= begun;
      behindSinceNanos =
          behindSinceNanos == null && !sinceUnknown ? (Long) nowNanos : behindSinceNanos;
      return null;
    }
    Long since = behindSinceNanos;
    behindSinceNanos = null;
    sinceUnknown = false;
    // fewer wanted is no catching up
    return since == null || !rose ? null : Duration.ofNanos(nowNanos - since);
  }
}
