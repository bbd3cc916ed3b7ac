package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Puts the sidecar into a pod: a pod and a policy in, a pod and the reasons out. A pure function:
 * the pod that is given is never changed, and whatever is in it, an answer comes.
 */
public final class Injector {
  private Injector() {}

  /** The pod with the sidecar, or why it has none. */
  public static Injection inject(ObjectNode pod, Policy policy) {
    try {
      return injected(pod, policy);
    } catch (CannotInject e) {
      return e.refused();
    } catch (RuntimeException | StackOverflowError e) {
      // a fault of ours may cost the sidecar, never the pod
      return new Injection.Refused(RefusalReason.INTERNAL, "a fault of the injector: " + e);
    }
  }

  private static Injection injected(ObjectNode original, Policy policy) throws CannotInject {
    PodShape.check(original);
    Injection.Skipped skipped = Fitness.skipped(new Pod(original), policy);
    if (skipped != null) {
      return skipped;
    }
    Pod pod = new Pod(original.deepCopy());
    Wishes wishes = Wishes.of(pod, policy);
    Fitness.check(pod, wishes);
    Journal journal = new Journal();
    ServerStart start = ModelServer.find(pod, wishes, journal);
    if (start.takesNoRequests()) {
      return new Injection.Skipped(
          SkipReason.NOT_THE_LEADER, "another pod of the group takes the requests");
    }
    Route route = Route.plan(pod, start, wishes, journal);
    new Sidecar(pod, start, route, wishes, journal).add();
    return new Injection.Injected(pod.root(), journal.decisions(), journal.warnings());
  }
}
