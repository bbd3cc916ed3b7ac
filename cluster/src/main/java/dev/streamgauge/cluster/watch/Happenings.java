package dev.streamgauge.cluster.watch;

import java.time.Duration;
import java.util.List;

/** Is told of each thing that happened, once. Under the lock: waits for nothing. */
interface Happenings {
  /** A container was started again. */
  void restarted(Subject subject, ContainerRuns.Restart restart);

  /** A pod passed a stage of its start. */
  void passed(Subject subject, Startup.Passed passed);

  /**
   * A pod is ready for the first time.
   *
   * @param took since it was made
   * @param stages all of them
   */
  void ready(Subject subject, Duration took, List<Startup.Passed> stages);

  /** The number of replicas that is wanted was changed. */
  void scaled(Scaling scaling);

  /** All replicas that are wanted are ready, this long after more were wanted than were ready. */
  void caughtUp(Subject subject, Duration took);

  /** Replicas were wanted and not ready: how many, times how long. */
  void missed(Subject subject, double replicaSeconds);

  /**
   * An event happened.
   *
   * @param times since it was told last
   */
  void event(EventRecord event, Subject subject, int times);
}
