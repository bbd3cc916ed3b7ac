package dev.streamgauge.cluster.inject;

/** A pod that asked for a sidecar can't have one. */
final class CannotInject extends Exception {
  private static final long serialVersionUID = 1L;

  private final RefusalReason reason;
  private final String why;

  CannotInject(RefusalReason reason, String why) {
    super(why);
    this.reason = reason;
    this.why = why;
  }

  Injection.Refused refused() {
    return new Injection.Refused(reason, why);
  }
}
