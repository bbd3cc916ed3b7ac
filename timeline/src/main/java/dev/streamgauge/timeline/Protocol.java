package dev.streamgauge.timeline;

/** What the client spoke; the {@code protocol} label. */
public enum Protocol {
  HTTP_1_0("http/1.0"),
  HTTP_1_1("http/1.1"),
  H2("h2"),
  GRPC("grpc");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
