package dev.streamgauge.parser;

/**
 * Which operation a path asks for. Only the tail counts: servers are mounted below prefixes ({@code
 * /openai/v1/chat/completions}).
 */
final class Operations {
  private Operations() {}

  static Operation of(String method, String path) {
    if (method.equals("PUT")) {
      return path.endsWith("/generate") ? Operation.GENERATE : Operation.OTHER;
    }
    return method.equals("POST") ? ofPost(path) : Operation.OTHER;
  }

  /** Of a dialect with several operations the path still says which. */
  static Operation of(Dialect dialect, String path) {
    return switch (dialect) {
      case OPENAI_CHAT, COHERE_CHAT -> Operation.CHAT;
      case OPENAI_COMPLETIONS, LLAMACPP_COMPLETION -> Operation.COMPLETION;
      case OPENAI_RESPONSES -> Operation.RESPONSES;
      case ANTHROPIC_MESSAGES -> Operation.MESSAGES;
      case OLLAMA -> path.endsWith("/generate") ? Operation.GENERATE : Operation.CHAT;
      case SGLANG_GENERATE,
          TGI_GENERATE,
          VLLM_GENERATE,
          TRITON_GENERATE,
          VLLM_GRPC,
          SGLANG_GRPC,
          TRTLLM_GRPC,
          OPENAI_TRANSCRIPTION ->
          Operation.GENERATE;
      case KSERVE_GRPC, KSERVE_INFER -> Operation.INFER;
      case OPENAI_EMBEDDINGS, OLLAMA_EMBED, POOLING -> Operation.EMBEDDINGS;
      case RERANK -> Operation.RERANK;
      case UNKNOWN -> Operation.OTHER;
    };
  }

  private static Operation ofPost(String path) {
    GrpcMethod call = GrpcMethod.of(path);
    if (call != null) {
      return call.operation();
    }
    int last = path.lastIndexOf('/');
    if (last < 0) {
      return Operation.OTHER;
    }
    String parent = path.substring(0, last);
    return switch (path.substring(last + 1)) {
      case "completions" -> parent.endsWith("/chat") ? Operation.CHAT : Operation.COMPLETION;
      case "completion", "infill" -> Operation.COMPLETION;
      case "chat" ->
          parent.endsWith("/api") || parent.endsWith("/v2") ? Operation.CHAT : Operation.OTHER;
      case "generate", "generate_stream" -> Operation.GENERATE;
      // TGI's, as its oldest clients ask; below other things it is anybody's.
      case "" -> parent.isEmpty() ? Operation.GENERATE : Operation.OTHER;
      // Not below other things: an assistant's thread has messages, too.
      case "responses" -> isTop(parent) ? Operation.RESPONSES : Operation.OTHER;
      case "messages" -> parent.endsWith("/v1") ? Operation.MESSAGES : Operation.OTHER;
      case "infer", "infer_stream" ->
          parent.contains("/v2/models/") ? Operation.INFER : Operation.OTHER;
      case "embeddings", "embedding", "embed", "encode", "pooling" -> Operation.EMBEDDINGS;
      // All that scores texts: a reranker is a classifier, too.
      case "rerank", "reranking", "score", "classify" -> Operation.RERANK;
      case "tokenize", "detokenize", "count_tokens", "input_tokens" -> Operation.TOKENIZE;
      // Text is generated from speech, token by token.
      case "transcriptions", "translations" ->
          parent.endsWith("/audio") ? Operation.GENERATE : Operation.OTHER;
      default -> isPrediction(path, last) ? Operation.INFER : Operation.OTHER;
    };
  }

  /** KServe V1: {@code /v1/models/MODEL:predict}. */
  private static boolean isPrediction(String path, int last) {
    return path.endsWith(":predict") && path.substring(0, last).endsWith("/v1/models");
  }

  private static boolean isTop(String parent) {
    return parent.isEmpty() || parent.endsWith("/v1");
  }
}
