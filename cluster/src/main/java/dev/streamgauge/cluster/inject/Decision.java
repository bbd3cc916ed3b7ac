package dev.streamgauge.cluster.inject;

/**
 * One thing that was done, or left.
 *
 * @param topic what it is about
 * @param what what was done
 * @param why the reason
 */
public record Decision(Topic topic, String what, String why) {

  /** What a decision is about. */
  public enum Topic {
    MODEL("model"),
    SIDECAR("sidecar"),
    PORT("port"),
    PROBE("probe"),
    SECURITY("security"),
    RESOURCES("resources"),
    GPU("gpu"),
    METRICS("metrics"),
    OTLP("otlp"),
    END("end");

    private final String label;

    Topic(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
