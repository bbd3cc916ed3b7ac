package dev.streamgauge.cluster.watch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds which model server an event is about. Under the lock. */
final class Subjects {
  private static final String POD = "Pod";
  private static final String NODE = "Node";
  private static final String AUTOSCALER = "HorizontalPodAutoscaler";
  private static final String SCALED_OBJECT = "ScaledObject";

  private final Pods pods;
  private final Map<WorkloadKind, Workloads> workloads;
  private final Autoscalers autoscalers;

  Subjects(Pods pods, Map<WorkloadKind, Workloads> workloads, Autoscalers autoscalers) {
    this.pods = pods;
    this.workloads = workloads;
    this.autoscalers = autoscalers;
  }

  /** Null where it is about none, or none that is known yet. */
  @Nullable Subject of(EventRecord event) {
    String namespace = event.aboutNamespace();
    String name = event.aboutName();
    return switch (event.kind()) {
      case POD -> pods.subject(namespace, name);
      case NODE -> pods.on(name) ? new Subject("", "", null, name) : null;
      case AUTOSCALER -> target(autoscalers.find(namespace, name));
      case SCALED_OBJECT -> target(autoscalers.ofScaledObject(namespace, name));
      default -> workload(event.kind(), namespace, name);
    };
  }

  /** Whether what it is about may be known later: nothing else is worth waiting for. */
  boolean mayCome(EventRecord event) {
    return switch (event.kind()) {
      case POD, AUTOSCALER, SCALED_OBJECT -> true;
      default -> WorkloadKind.of(event.kind()) != null;
    };
  }

  private @Nullable Subject target(@Nullable AutoscalerRecord autoscaler) {
    return autoscaler == null
        ? null
        : workload(autoscaler.targetKind, autoscaler.namespace, autoscaler.targetName);
  }

  private @Nullable Subject workload(String kindName, String namespace, String name) {
    WorkloadKind kind = WorkloadKind.of(kindName);
    Workloads ofKind = kind == null ? null : workloads.get(kind);
    WorkloadRecord record = ofKind == null ? null : ofKind.find(namespace, name);
    if (ofKind != null && record != null && ofKind.belongs(record)) {
      return record.subject();
    }
    boolean known = pods.has(namespace, new Workload(kindName, name));
    return known ? new Subject(namespace, name, null, null) : null;
  }
}
