package dev.streamgauge.parser;

/** Where an answer of each dialect is asked for, in tests and by the fuzzer. */
public final class DialectPaths {
  private DialectPaths() {}

  /** One path of each; a stream's where a dialect has several. */
  public static String of(Dialect dialect) {
    return switch (dialect) {
      case OPENAI_CHAT -> "/v1/chat/completions";
      case OPENAI_COMPLETIONS -> "/v1/completions";
      case OPENAI_RESPONSES -> "/v1/responses";
      case ANTHROPIC_MESSAGES -> "/v1/messages";
      case LLAMACPP_COMPLETION -> "/completion";
      case OLLAMA -> "/api/chat";
      case SGLANG_GENERATE -> "/generate";
      case TGI_GENERATE -> "/generate_stream";
      case VLLM_GRPC -> "/vllm.grpc.engine.VllmEngine/Generate";
      case SGLANG_GRPC -> "/sglang.grpc.scheduler.SglangScheduler/Generate";
      case TRTLLM_GRPC -> "/trtllm.TrtllmService/Generate";
      case KSERVE_GRPC -> "/inference.GRPCInferenceService/ModelStreamInfer";
      case TRITON_GENERATE -> "/v2/models/tinylm/generate_stream";
      case KSERVE_INFER -> "/v2/models/tinylm/infer_stream";
      case OLLAMA_EMBED -> "/api/embed";
      case RERANK -> "/v1/rerank";
      case POOLING -> "/pooling";
      case OPENAI_TRANSCRIPTION -> "/v1/audio/transcriptions";
      case VLLM_GENERATE -> "/inference/v1/generate";
      case COHERE_CHAT -> "/cohere/v2/chat";
      case OPENAI_EMBEDDINGS -> "/v1/embeddings";
      case UNKNOWN -> throw new IllegalArgumentException("unknown (expected: a dialect)");
    };
  }
}
