package dev.streamgauge.cluster.watch;

import dev.streamgauge.cluster.metrics.ClusterFamily;
import dev.streamgauge.cluster.metrics.GaugeRows;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the cluster is, all of one page at one moment. */
final class StateGauges implements MultiCollector {
  private static final int SERIES_MAX = 20_000;

  private final ClusterState state;
  private volatile long leftOut;

  StateGauges(ClusterState state) {
    this.state = state;
  }

  /** Series that the last page did not have. */
  long leftOut() {
    return leftOut;
  }

  @Override
  public MetricSnapshots collect() {
    Map<ClusterFamily, GaugeRows> rows = new EnumMap<>(ClusterFamily.class);
    state.lock.lock();
    try {
      Set<String> namespaces = new HashSet<>();
      pods(rows, namespaces);
      workloads(rows, namespaces);
      quotas(rows, namespaces);
    } finally {
      state.lock.unlock();
    }
    List<MetricSnapshot> families = new ArrayList<>();
    rows.values().forEach(each -> families.add(each.snapshot()));
    leftOut = rows.values().stream().mapToLong(GaugeRows::leftOut).sum();
    return new MetricSnapshots(families);
  }

  private static GaugeRows of(Map<ClusterFamily, GaugeRows> rows, ClusterFamily family) {
    return rows.computeIfAbsent(family, made -> new GaugeRows(made, SERIES_MAX));
  }

  private void pods(Map<ClusterFamily, GaugeRows> rows, Set<String> namespaces) {
    for (PodRecord pod : state.pods.records()) {
      namespaces.add(pod.namespace);
      String workload = pod.workload.name();
      of(rows, ClusterFamily.POD_STATUS)
          .add(1, pod.namespace, workload, pod.name, pod.status.label());
      if (pod.status != PodStatus.FAILED && pod.status != PodStatus.SUCCEEDED) {
        for (Amounts.Amount each : pod.amounts.list()) {
          of(rows, ClusterFamily.CONTAINER_RESOURCES)
              .add(each.value(), pod.namespace, workload, each.resource(), each.kind());
        }
      }
      SchedulingCause cause = pod.unschedulable;
      if (cause != null && pod.status == PodStatus.PENDING) {
        of(rows, ClusterFamily.UNSCHEDULABLE_PODS).add(1, pod.namespace, workload, cause.label());
      }
    }
  }

  private void workloads(Map<ClusterFamily, GaugeRows> rows, Set<String> namespaces) {
    for (Workloads ofKind : state.workloads.values()) {
      for (WorkloadRecord each : ofKind.records()) {
        if (ofKind.isShown(each)) {
          namespaces.add(each.namespace);
          replicas(rows, each);
        }
        if (ofKind.belongs(each)) {
          bound(rows, each.namespace, each.label(), "min", each.min);
          bound(rows, each.namespace, each.label(), "max", each.max);
        }
      }
    }
    for (AutoscalerRecord each : state.autoscalers.records()) {
      if (isModelServers(each)) {
        bound(rows, each.namespace, each.targetName, "min", each.min);
        bound(rows, each.namespace, each.targetName, "max", each.max);
      }
    }
  }

  private boolean isModelServers(AutoscalerRecord autoscaler) {
    WorkloadKind kind = WorkloadKind.of(autoscaler.targetKind);
    Workloads ofKind = kind == null ? null : state.workloads.get(kind);
    WorkloadRecord target =
        ofKind == null ? null : ofKind.find(autoscaler.namespace, autoscaler.targetName);
    return ofKind != null && target != null && ofKind.belongs(target);
  }

  private static void replicas(Map<ClusterFamily, GaugeRows> rows, WorkloadRecord each) {
    Integer desired = each.desired;
    if (desired == null) {
      return;
    }
    GaugeRows replicas = of(rows, ClusterFamily.REPLICAS);
    replicas.add(desired, each.namespace, each.label(), "desired");
    replicas.add(each.ready, each.namespace, each.label(), "ready");
    replicas.add(each.available, each.namespace, each.label(), "available");
    int unavailable = Math.max(0, desired - each.available);
    replicas.add(unavailable, each.namespace, each.label(), "unavailable");
  }

  private static void bound(
      Map<ClusterFamily, GaugeRows> rows,
      String namespace,
      String workload,
      String bound,
      @Nullable Integer value) {
    if (value != null) {
      of(rows, ClusterFamily.REPLICAS_BOUND).add(value, namespace, workload, bound);
    }
  }

  private void quotas(Map<ClusterFamily, GaugeRows> rows, Set<String> namespaces) {
    for (Quotas.Rows each : state.quotas.records()) {
      for (Quotas.Row row :
          namespaces.contains(each.namespace) ? each.list : List.<Quotas.Row>of()) {
        of(rows, ClusterFamily.QUOTA)
            .add(row.value(), each.namespace, each.name, row.resource(), row.kind());
      }
    }
    for (Quotas.Rows each : state.limitRanges.records()) {
      for (Quotas.Row row :
          namespaces.contains(each.namespace) ? each.list : List.<Quotas.Row>of()) {
        of(rows, ClusterFamily.LIMIT_RANGE)
            .add(row.value(), each.namespace, each.name, row.type(), row.resource(), row.kind());
      }
    }
  }
}
