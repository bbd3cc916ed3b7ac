package dev.streamgauge.parser;

/**
 * Where a request's token counts come from; the {@code source} label. The first that is known wins;
 * an output count that more token events follow is not known.
 */
public enum TokenSource {
  USAGE("usage"),
  CONTINUOUS_USAGE("continuous_usage"),
  ENGINE("engine"),
  EVENTS("events");

  private final String label;

  TokenSource(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
