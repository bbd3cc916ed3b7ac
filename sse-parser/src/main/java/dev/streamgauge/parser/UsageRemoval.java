package dev.streamgauge.parser;

/** What became of the piece that a server sent only because usage was asked for by us. */
public enum UsageRemoval {
  /** Taken out. */
  REMOVED("removed"),
  /** There was none: an error, a whole answer, an end before it, or a server that has none. */
  ABSENT("absent"),
  /** The server sends usage to everybody, so the client gets it as it would have. */
  UNASKED("unasked"),
  /** The answer could not be looked into: compressed, or with a length above the limit. */
  UNREADABLE("unreadable");

  private final String label;

  UsageRemoval(String label) {
    this.label = label;
  }

  /** The value of the label {@code result}; part of the contract. */
  public String label() {
    return label;
  }
}
