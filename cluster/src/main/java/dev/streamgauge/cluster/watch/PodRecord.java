package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is kept of a pod, some 200 bytes beside the names that others share. Under the lock. */
final class PodRecord extends KeptObjects.Kept {
  final Workload workload;
  @Nullable String node;
  PodStatus status = PodStatus.PENDING;
  boolean wasReady;

  /** Bits of {@link StartupStage}. */
  int stages;

  /** How long those took, until it is ready for the first time; then none. */
  List<Startup.Passed> start = List.of();

  ContainerRuns runs = ContainerRuns.NONE;
  Amounts amounts = Amounts.NONE;

  /** Why it has no node, while it has none. */
  @Nullable SchedulingCause unschedulable;

  PodRecord(ObjectNode pod) {
    super(pod);
    workload = Workload.of("Pod", pod.path("metadata"));
  }

  /** Whose figures and lines these are. */
  Subject subject() {
    return new Subject(namespace, workload.name(), name, node);
  }
}
