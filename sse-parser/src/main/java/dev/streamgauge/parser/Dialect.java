package dev.streamgauge.parser;

/** In which form a server speaks; the access log's {@code dialect}. */
public enum Dialect {
  OPENAI_CHAT("openai_chat"),
  OPENAI_COMPLETIONS("openai_completions"),
  OPENAI_RESPONSES("openai_responses"),
  ANTHROPIC_MESSAGES("anthropic_messages"),
  LLAMACPP_COMPLETION("llamacpp_completion"),
  OLLAMA("ollama"),
  SGLANG_GENERATE("sglang_generate"),
  VLLM_GRPC("vllm_grpc"),
  SGLANG_GRPC("sglang_grpc"),
  TRTLLM_GRPC("trtllm_grpc"),
  KSERVE_GRPC("kserve_grpc"),
  TRITON_GENERATE("triton_generate"),
  KSERVE_INFER("kserve_infer"),
  UNKNOWN("unknown");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** Whether its frames are gRPC's messages. */
  boolean overGrpc() {
    return label.endsWith("_grpc");
  }

  /** The one with this label. */
  public static Dialect of(String label) {
    for (Dialect dialect : values()) {
      if (dialect.label.equals(label)) {
        return dialect;
      }
    }
    throw new IllegalArgumentException(label + " is no dialect");
  }
}
