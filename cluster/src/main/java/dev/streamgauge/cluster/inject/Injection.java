package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What came of one pod. */
public sealed interface Injection {

  /**
   * It has the sidecar.
   *
   * @param pod a copy; the pod that was given is as it was
   * @param decisions what was done and why, in the order in which it was decided
   * @param warnings what the pod's owner should know
   */
  record Injected(ObjectNode pod, List<Decision> decisions, List<Note> warnings)
      implements Injection {
    public Injected {
      decisions = List.copyOf(decisions);
      warnings = List.copyOf(warnings);
    }
  }

  /** Nobody asked for it, or there is nothing to do: nothing to tell anybody. */
  record Skipped(SkipReason reason, String message) implements Injection {}

  /** It was asked for and can't be done: the pod starts as it is, and its owner is told why. */
  record Refused(RefusalReason reason, String message) implements Injection {}

  /** The label {@code result} of {@code injections_total}. */
  default String resultLabel() {
    return switch (this) {
      case Injected _ -> "injected";
      case Skipped _ -> "skipped";
      case Refused _ -> "refused";
    };
  }

  /** The label {@code reason} of {@code injections_total}: a closed list. */
  default String reasonLabel() {
    return switch (this) {
      case Injected _ -> "ok";
      case Skipped skipped -> skipped.reason().label();
      case Refused refused -> refused.reason().label();
    };
  }
}
