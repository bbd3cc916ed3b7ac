package dev.streamgauge.parser;

/**
 * Why an answer of a generating operation, or of a pooling model, was relayed but not (or not
 * wholly) read; the {@code reason} label.
 */
public enum UnparsedReason {
  /** A dialect that is not known. */
  DIALECT("dialect"),
  /** A content coding that is not read: br, zstd, or several. */
  ENCODING("encoding"),
  /** One frame, or a whole JSON answer, above the limit; or gzip that inflates beyond its limit. */
  TOO_LARGE("too_large"),
  /** {@code --observe} does not let it be read. */
  NOT_OBSERVED("not_observed"),
  /** The reader failed; a fault of ours. */
  FAILURE("failure");

  private final String label;

  UnparsedReason(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
