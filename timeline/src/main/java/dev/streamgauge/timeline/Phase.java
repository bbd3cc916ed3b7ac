package dev.streamgauge.timeline;

/** Where a request that is in flight stands; one at a time. The {@code phase} label. */
public enum Phase {
  QUEUED("queued"),
  /** Admitted, a generating operation, and no token event yet. */
  PREFILL("prefill"),
  GENERATING("generating"),
  /** All else. */
  BODY("body");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
