package dev.streamgauge.config;

/** What the launcher makes of the JVM: the program itself only names it. */
public enum Profile implements Labelled {
  /** Small, and even from the first request on: the small compiler alone. */
  LEAN("lean"),
  /** The optimising compiler, too: cheaper once warm, dearer until then, and larger. */
  THROUGHPUT("throughput");

  private final String label;

  Profile(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }
}
