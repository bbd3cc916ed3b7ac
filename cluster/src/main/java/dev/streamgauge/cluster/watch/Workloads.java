package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The workloads of one kind, also those that are no model servers by what they say themselves:
 * their pods may turn out to be.
 */
final class Workloads extends KeptObjects<WorkloadRecord> {
  private static final int WORKLOADS_MAX = 20_000;

  private final WorkloadKind kind;
  private final Pods pods;
  private final Autoscalers autoscalers;
  private final ScaleLines lines;
  private final Happenings happenings;
  private final LongSupplier nanos;

  Workloads(
      ReentrantLock lock,
      WorkloadKind kind,
      Pods pods,
      Autoscalers autoscalers,
      ScaleLines lines,
      Happenings happenings,
      LongSupplier nanos) {
    super(lock, WORKLOADS_MAX);
    this.kind = kind;
    this.pods = pods;
    this.autoscalers = autoscalers;
    this.lines = lines;
    this.happenings = happenings;
    this.nanos = nanos;
  }

  WorkloadKind kind() {
    return kind;
  }

  /** A Deployment leaves its old ReplicaSets behind, empty: thousands that nobody asks for. */
  @Override
  boolean isWanted(ObjectNode object) {
    return kind != WorkloadKind.REPLICA_SET
        || object.path("spec").path("replicas").asInt(1) > 0
        || object.path("metadata").path("ownerReferences").isEmpty();
  }

  @Override
  WorkloadRecord read(ObjectNode object, @Nullable WorkloadRecord before, boolean baseline) {
    long now = nanos.getAsLong();
    WorkloadRecord record = before == null ? new WorkloadRecord(kind, object, now) : before;
    missed(record, now);
    record.modelServers = kind.hasModelServers(object);
    record.min = kind.min(object);
    record.max = kind.max(object);
    record.available = kind.available(object);
    Integer wantedBefore = record.desired;
    Integer wanted = kind.desired(object);
    Duration took = record.follow(wanted, kind.ready(object), before == null && baseline, now);
    if (isShown(record)) {
      if (took != null) {
        happenings.caughtUp(record.subject(), took);
      }
      if (before != null && wanted != null && wantedBefore != null) {
        scaled(record, wantedBefore, wanted, object.path("metadata"));
      }
    }
    return record;
  }

  /** Whether it is a model server's, and no part of another. */
  boolean isShown(WorkloadRecord record) {
    return !record.isPart() && record.desired != null && belongs(record);
  }

  /** Whether it is a model server's. */
  boolean belongs(WorkloadRecord record) {
    return record.modelServers || pods.has(record.namespace, record.ofPods());
  }

  /** Brings the sums up to now. */
  void missed() {
    long now = nanos.getAsLong();
    records().forEach(each -> missed(each, now));
  }

  private void missed(WorkloadRecord record, long now) {
    double seconds = record.missedReplicaSeconds(now);
    if (seconds > 0 && isShown(record)) {
      happenings.missed(record.subject(), seconds);
    }
  }

  private void scaled(WorkloadRecord record, int from, int to, JsonNode metadata) {
    if (from == to) {
      return;
    }
    AutoscalerRecord autoscaler =
        autoscalers.of(record.namespace, record.workload.kind(), record.workload.name());
    String manager = ScaleActor.manager(metadata);
    ScaleActor actor =
        ScaleActor.of(manager, autoscaler != null && autoscaler.scaledObject != null);
    lines.add(
        new Scaling(record.subject(), kind.kind(), from, to, manager, actor, null),
        autoscaler != null);
  }
}
