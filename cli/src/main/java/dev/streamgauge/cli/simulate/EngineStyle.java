package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.Labelled;
import java.util.Locale;

/**
 * Whose habits the answers have. Seen at vLLM 0.32.0, llama.cpp (b0 of xllamacpp) and SGLang: which
 * fields there are and in which order, where the finish reason stands, when the head is sent.
 */
public enum EngineStyle implements Labelled {
  /** The head at once; a role event; the finish reason in the last content event. */
  VLLM("reasoning", true, Server.VLLM),
  /** The head at once; role and first content in one HTTP chunk; timings; a finish event. */
  LLAMACPP("reasoning_content", true, Server.LLAMACPP),
  /** The head with the first token; a finish event. */
  SGLANG("reasoning_content", false, Server.SGLANG);

  private final String reasoningField;
  private final boolean headAtOnce;
  private final Server server;

  EngineStyle(String reasoningField, boolean headAtOnce, Server server) {
    this.reasoningField = reasoningField;
    this.headAtOnce = headAtOnce;
    this.server = server;
  }

  String reasoningField() {
    return reasoningField;
  }

  /** Of the OpenAI dialects' streams. */
  boolean headAtOnce() {
    return headAtOnce;
  }

  Server server() {
    return server;
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
