package dev.streamgauge.cluster.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.MicroTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The pods of model servers. */
final class Pods extends KeptObjects<PodRecord> {
  private static final int PODS_MAX = 10_000;
  private static final int AMOUNTS_SHARED_MAX = 1_000;

  private final Happenings happenings;
  private final Instant startedAt;
  private final GonePods gone = new GonePods();
  private final Map<Amounts, Amounts> shared = new HashMap<>();

  /** How many there are of each workload, by namespace, kind and name. */
  private final Map<String, Integer> ofWorkload = new HashMap<>();

  /**
   * @param startedAt when we began to count
   */
  Pods(ReentrantLock lock, Happenings happenings, Instant startedAt) {
    super(lock, PODS_MAX);
    this.happenings = happenings;
    this.startedAt = startedAt;
  }

  @Override
  boolean isWanted(ObjectNode pod) {
    return ModelServers.has(pod);
  }

  @Override
  PodRecord read(ObjectNode pod, @Nullable PodRecord before, boolean baseline) {
    PodRecord record = before == null ? begun(pod, baseline) : before;
    place(pod, record);
    for (ContainerRuns.Restart restart : record.runs.since(pod)) {
      happenings.restarted(record.subject(), restart);
    }
    record.runs = ContainerRuns.of(pod);
    started(pod, record);
    record.status = PodStatus.of(pod, record.wasReady);
    record.wasReady |= record.status == PodStatus.READY;
    return record;
  }

  @Override
  void gone(PodRecord record) {
    gone.add(record.subject());
    ofWorkload.computeIfPresent(
        key(record.namespace, record.workload), (_, n) -> n > 1 ? (Integer) (n - 1) : null);
  }

  /** Whether a workload has pods that are model servers. */
  boolean has(String namespace, Workload workload) {
    return ofWorkload.containsKey(key(namespace, workload));
  }

  /** Also of a pod that is gone since a short while. */
  @Nullable Subject subject(String namespace, String pod) {
    PodRecord record = find(namespace, pod);
    return record == null ? gone.find(namespace, pod) : record.subject();
  }

  /** Whether one of them is on that node. */
  boolean on(String node) {
    return records().stream().anyMatch(each -> node.equals(each.node));
  }

  boolean in(String namespace) {
    return records().stream().anyMatch(each -> namespace.equals(each.namespace));
  }

  private PodRecord begun(ObjectNode pod, boolean baseline) {
    PodRecord record = new PodRecord(pod);
    if (baseline || isOlderThanWe(pod)) {
      record.runs = ContainerRuns.of(pod);
      record.wasReady = Startup.mayHaveBeenReady(pod);
      record.stages = record.wasReady ? Startup.all() : Startup.passed(pod);
      record.start = record.wasReady ? List.of() : Startup.since(pod, 0, Duration.ZERO);
    }
    ofWorkload.merge(key(record.namespace, record.workload), 1, Integer::sum);
    return record;
  }

  /** It became a model server's only now, by a label or an annotation. */
  private boolean isOlderThanWe(ObjectNode pod) {
    Instant created = MicroTime.parse(pod.path("metadata").path("creationTimestamp").asText(""));
    return created != null && created.isBefore(startedAt.minusSeconds(1));
  }

  private void place(ObjectNode pod, PodRecord record) {
    JsonNode spec = pod.path("spec");
    String node = spec.path("nodeName").asText("");
    record.node = node.isEmpty() ? null : Names.kept(node);
    Amounts amounts = Amounts.of(spec);
    if (!amounts.equals(record.amounts)) {
      record.amounts =
          shared.size() < AMOUNTS_SHARED_MAX
              ? shared.computeIfAbsent(amounts, same -> same)
              : amounts;
    }
    JsonNode scheduled = Conditions.of(pod.path("status"), "PodScheduled");
    boolean waits = scheduled.path("status").asText("").equals("False");
    record.unschedulable = waits ? SchedulingCause.of(scheduled.path("message").asText("")) : null;
  }

  private void started(ObjectNode pod, PodRecord record) {
    List<Startup.Passed> passed = Startup.since(pod, record.stages, Startup.together(record.start));
    if (passed.isEmpty()) {
      return;
    }
    record.start = Stream.concat(record.start.stream(), passed.stream()).toList();
    for (Startup.Passed each : passed) {
      record.stages |= each.stage().bit();
      happenings.passed(record.subject(), each);
    }
    if (passed.getLast().stage() == StartupStage.READY) {
      happenings.ready(record.subject(), Startup.together(record.start), record.start);
      record.start = List.of();
    }
  }

  private static String key(String namespace, Workload workload) {
    return namespace + "/" + workload.kind() + "/" + workload.name();
  }
}
