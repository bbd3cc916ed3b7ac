package dev.streamgauge.cluster.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what happened. */
final class RecordedHappenings implements Happenings {
  final List<String> told = new ArrayList<>();

  @Override
  public void restarted(Subject subject, ContainerRuns.Restart restart) {
    told.add(subject.pod() + " restarted " + restart.times() + " " + restart.reason());
  }

  @Override
  public void passed(Subject subject, Startup.Passed passed) {
    told.add(subject.pod() + " " + passed.stage().label() + " " + passed.took().toSeconds());
  }

  @Override
  public void ready(Subject subject, Duration took, List<Startup.Passed> stages) {
    told.add(subject.pod() + " is ready after " + took.toSeconds());
  }

  @Override
  public void scaled(Scaling scaling) {
    told.add(
        "%s scaled %d to %d by %s because %s"
            .formatted(
                scaling.subject().workload(),
                scaling.from(),
                scaling.to(),
                scaling.actor().label(),
                scaling.why()));
  }

  @Override
  public void caughtUp(Subject subject, Duration took) {
    told.add(subject.workload() + " caught up after " + took.toSeconds());
  }

  @Override
  public void missed(Subject subject, double replicaSeconds) {
    told.add(subject.workload() + " missed " + replicaSeconds);
  }

  @Override
  public void event(EventRecord event, Subject subject, int times) {
    told.add(
        "%s of %s at %s: %s %d"
            .formatted(subject.pod(), subject.workload(), subject.node(), event.reason(), times));
  }

  /** What was told since this was asked last. */
  List<String> news() {
    List<String> news = List.copyOf(told);
    told.clear();
    return news;
  }
}
