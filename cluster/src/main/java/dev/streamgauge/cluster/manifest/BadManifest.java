package dev.streamgauge.cluster.manifest;

/** A text that is no YAML, or more of it than is read. */
public final class BadManifest extends Exception {
  private static final long serialVersionUID = 1L;

  /** One line: where, and what. */
  BadManifest(String message) {
    super(message);
  }
}
