package dev.streamgauge.parser;

/** In which form a server speaks; the access log's {@code dialect}. */
public enum Dialect {
  OPENAI_CHAT("openai_chat"),
  OPENAI_COMPLETIONS("openai_completions"),
  LLAMACPP_COMPLETION("llamacpp_completion"),
  UNKNOWN("unknown");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
