package dev.streamgauge.parser;

/** What a piece of generated output is. */
public enum TokenKind {
  TEXT,
  REASONING,
  REFUSAL,
  TOOL_CALL,
  AUDIO;

  /** Whether this is part of the answer rather than of the thinking before it. */
  public boolean isAnswer() {
    return this != REASONING;
  }
}
