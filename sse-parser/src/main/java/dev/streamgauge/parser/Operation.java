package dev.streamgauge.parser;

/** What a request asks for; the {@code operation} label. Decided by method and path alone. */
public enum Operation {
  CHAT("chat", true),
  COMPLETION("completion", true),
  RESPONSES("responses", true),
  MESSAGES("messages", true),
  GENERATE("generate", true),
  INFER("infer", false),
  EMBEDDINGS("embeddings", false),
  RERANK("rerank", false),
  TOKENIZE("tokenize", false),
  OTHER("other", false);

  private final String label;
  private final boolean generating;

  Operation(String label, boolean generating) {
    this.label = label;
    this.generating = generating;
  }

  public String label() {
    return label;
  }

  /** Whether an answer carries generated tokens. A streamed {@link #INFER} does, too. */
  public boolean generating() {
    return generating;
  }

  /** Whether the model is at work for it. */
  public boolean inference() {
    return this != TOKENIZE && this != OTHER;
  }
}
