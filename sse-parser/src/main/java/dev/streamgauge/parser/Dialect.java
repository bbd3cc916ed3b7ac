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
  TGI_GENERATE("tgi_generate"),
  VLLM_GENERATE("vllm_generate"),
  COHERE_CHAT("cohere_chat"),
  VLLM_GRPC("vllm_grpc"),
  SGLANG_GRPC("sglang_grpc"),
  TRTLLM_GRPC("trtllm_grpc"),
  KSERVE_GRPC("kserve_grpc"),
  TRITON_GENERATE("triton_generate"),
  KSERVE_INFER("kserve_infer"),
  OPENAI_EMBEDDINGS("openai_embeddings"),
  OLLAMA_EMBED("ollama_embed"),
  RERANK("rerank"),
  POOLING("pooling"),
  OPENAI_TRANSCRIPTION("openai_transcription"),
  UNKNOWN("unknown");

  private final String label;

  Dialect(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** Whether its frames are gRPC's messages. */
  public boolean overGrpc() {
    return label.endsWith("_grpc");
  }

  /** Whether its answers are what a pooling model says of its input: whole, and maybe large. */
  boolean pooled() {
    return switch (this) {
      case OPENAI_EMBEDDINGS, OLLAMA_EMBED, RERANK, POOLING -> true;
      case OPENAI_CHAT,
          OPENAI_COMPLETIONS,
          OPENAI_RESPONSES,
          ANTHROPIC_MESSAGES,
          LLAMACPP_COMPLETION,
          OLLAMA,
          SGLANG_GENERATE,
          TGI_GENERATE,
          VLLM_GENERATE,
          COHERE_CHAT,
          VLLM_GRPC,
          SGLANG_GRPC,
          TRTLLM_GRPC,
          KSERVE_GRPC,
          TRITON_GENERATE,
          KSERVE_INFER,
          OPENAI_TRANSCRIPTION,
          UNKNOWN ->
          false;
    };
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
