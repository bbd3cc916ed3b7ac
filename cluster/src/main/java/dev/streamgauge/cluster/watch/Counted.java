package dev.streamgauge.cluster.watch;

import dev.streamgauge.cluster.metrics.BoundedCounter;
import dev.streamgauge.cluster.metrics.BoundedHistogram;
import dev.streamgauge.cluster.metrics.ClusterFamily;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What happened becomes figures and lines. Under the lock. */
final class Counted implements Happenings {
  /** Reasons of events are anybody's words; further ones are {@code other}. */
  private static final int REASONS_MAX = 200;

  private static final Set<String> SCHEDULING = Set.of("FailedScheduling", "FailedCreate");

  private final EventLines lines;
  private final BoundedHistogram startup;
  private final BoundedHistogram timeToReady;
  private final BoundedHistogram imagePull;
  private final BoundedHistogram catchUp;
  private final BoundedCounter missing;
  private final BoundedCounter restarts;
  private final BoundedCounter exits;
  private final BoundedCounter scaleChanges;
  private final BoundedCounter schedulingFailures;
  private final BoundedCounter events;
  private final Set<String> reasons = new HashSet<>();

  Counted(ClusterMetrics metrics, EventLines lines) {
    this.lines = lines;
    startup = metrics.histogram(ClusterFamily.POD_STARTUP);
    timeToReady = metrics.histogram(ClusterFamily.POD_TIME_TO_READY);
    imagePull = metrics.histogram(ClusterFamily.POD_IMAGE_PULL);
    catchUp = metrics.histogram(ClusterFamily.REPLICAS_CATCH_UP);
    missing = metrics.counter(ClusterFamily.REPLICAS_MISSING);
    restarts = metrics.counter(ClusterFamily.CONTAINER_RESTARTS);
    exits = metrics.counter(ClusterFamily.CONTAINER_EXITS);
    scaleChanges = metrics.counter(ClusterFamily.SCALE_CHANGES);
    schedulingFailures = metrics.counter(ClusterFamily.SCHEDULING_FAILURES);
    events = metrics.counter(ClusterFamily.EVENTS);
  }

  @Override
  public void restarted(Subject subject, ContainerRuns.Restart restart) {
    restarts.add(
        restart.times(),
        subject.namespace(),
        subject.workload(),
        restart.container(),
        restart.reason());
    if (restart.exitCode() != null) {
      String code = Integer.toString(restart.exitCode());
      exits.add(
          restart.times(), subject.namespace(), subject.workload(), restart.container(), code);
    }
    lines.restarted(subject, restart);
  }

  @Override
  public void passed(Subject subject, Startup.Passed passed) {
    startup.observe(passed.took(), subject.namespace(), subject.workload(), passed.stage().label());
  }

  @Override
  public void ready(Subject subject, Duration took, List<Startup.Passed> stages) {
    timeToReady.observe(took, subject.namespace(), subject.workload());
    lines.ready(subject, took, stages);
  }

  @Override
  public void scaled(Scaling scaling) {
    Subject subject = scaling.subject();
    String direction = scaling.to() > scaling.from() ? "up" : "down";
    scaleChanges.add(
        1, subject.namespace(), subject.workload(), direction, scaling.actor().label());
    lines.scaled(scaling);
  }

  @Override
  public void caughtUp(Subject subject, Duration took) {
    catchUp.observe(took, subject.namespace(), subject.workload());
  }

  @Override
  public void missed(Subject subject, double replicaSeconds) {
    missing.add(replicaSeconds, subject.namespace(), subject.workload());
  }

  @Override
  public void event(EventRecord event, Subject subject, int times) {
    String namespace = subject.namespace();
    String workload = subject.workload();
    events.add(times, namespace, workload, event.kind(), reason(event), event.type());
    if (SCHEDULING.contains(event.reason())) {
      String cause = SchedulingCause.of(event.message()).label();
      schedulingFailures.add(times, namespace, workload, cause);
    }
    Duration pulled = event.reason().equals("Pulled") ? PullTime.of(event.message()) : null;
    if (pulled != null) {
      imagePull.observe(pulled, namespace, workload);
    }
    lines.event(event, subject);
  }

  private String reason(EventRecord event) {
    String reason = event.reason();
    if (reasons.contains(reason)) {
      return reason;
    }
    if (reasons.size() >= REASONS_MAX) {
      return "other";
    }
    reasons.add(reason);
    return reason;
  }
}
