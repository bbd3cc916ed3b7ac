package dev.streamgauge.cluster.watch;

import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Everything that is known of the cluster, under one lock, which is never held while waiting. */
final class ClusterState {
  final ReentrantLock lock = new ReentrantLock();
  final Pods pods;
  final Map<WorkloadKind, Workloads> workloads = new EnumMap<>(WorkloadKind.class);
  final Autoscalers autoscalers;
  final Quotas quotas;
  final Quotas limitRanges;
  final Events events;
  private final ScaleLines scaleLines;

  /**
   * @param startedAt when we began to count
   * @param nanos a monotonic clock
   */
  ClusterState(Happenings happenings, Instant startedAt, LongSupplier nanos) {
    pods = new Pods(lock, happenings, startedAt);
    autoscalers = new Autoscalers(lock);
    quotas = Quotas.quotas(lock);
    limitRanges = Quotas.limitRanges(lock);
    scaleLines = new ScaleLines(happenings, nanos);
    for (WorkloadKind kind : WorkloadKind.values()) {
      workloads.put(
          kind, new Workloads(lock, kind, pods, autoscalers, scaleLines, happenings, nanos));
    }
    Subjects subjects = new Subjects(pods, workloads, autoscalers);
    EventCounts counts = new EventCounts(startedAt);
    events = new Events(lock, subjects, scaleLines, counts, happenings, nanos);
  }

  /** Who is to be told of what. */
  Map<Resource, ResourceSink> sinks() {
    Map<Resource, ResourceSink> sinks = new LinkedHashMap<>(kept());
    sinks.put(Resource.EVENTS, events);
    return sinks;
  }

  /** The kinds of which records are kept. */
  Map<Resource, KeptObjects<?>> kept() {
    Map<Resource, KeptObjects<?>> kept = new LinkedHashMap<>();
    kept.put(Resource.PODS, pods);
    workloads.forEach((kind, each) -> kept.put(kind.resource(), each));
    kept.put(Resource.AUTOSCALERS, autoscalers);
    kept.put(Resource.QUOTAS, quotas);
    kept.put(Resource.LIMIT_RANGES, limitRanges);
    return kept;
  }

  /** What waits for something else is looked at; sums over time come up to now. */
  void sweep() {
    lock.lock();
    try {
      events.sweep();
      scaleLines.sweep();
      workloads.values().forEach(Workloads::missed);
    } finally {
      lock.unlock();
    }
  }
}
