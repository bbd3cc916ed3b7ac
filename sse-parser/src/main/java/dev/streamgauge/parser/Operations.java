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
    if (path.endsWith("/chat/completions")) {
      return Operation.CHAT; // as below, without a copy of a part
    }
    GrpcMethod call = GrpcMethod.of(path);
    if (call != null) {
      return call.operation();
    }
    int last = path.lastIndexOf('/');
    return last < 0 ? Operation.OTHER : ofSegment(path, last);
  }

  /** By what stands behind the last slash, and by what stands before it. */
  private static Operation ofSegment(String path, int last) {
    return switch (path.substring(last + 1)) {
      case "completions" -> endsAt(path, last, "/chat") ? Operation.CHAT : Operation.COMPLETION;
      case "completion", "infill" -> Operation.COMPLETION;
      case "chat" ->
          endsAt(path, last, "/api") || endsAt(path, last, "/v2")
              ? Operation.CHAT
              : Operation.OTHER;
      case "generate", "generate_stream" -> Operation.GENERATE;
      // TGI's, as its oldest clients ask; below other things it is anybody's.
      case "" -> last == 0 ? Operation.GENERATE : Operation.OTHER;
      // Not below other things: an assistant's thread has messages, too.
      case "responses" -> isTop(path, last) ? Operation.RESPONSES : Operation.OTHER;
      case "messages" -> endsAt(path, last, "/v1") ? Operation.MESSAGES : Operation.OTHER;
      case "infer", "infer_stream" ->
          path.substring(0, last).contains("/v2/models/") ? Operation.INFER : Operation.OTHER;
      case "embeddings", "embedding", "embed", "encode", "pooling" -> Operation.EMBEDDINGS;
      // All that scores texts: a reranker is a classifier, too.
      case "rerank", "reranking", "score", "classify" -> Operation.RERANK;
      case "tokenize", "detokenize", "count_tokens", "input_tokens" -> Operation.TOKENIZE;
      // Text is generated from speech, token by token.
      case "transcriptions", "translations" ->
          endsAt(path, last, "/audio") ? Operation.GENERATE : Operation.OTHER;
      default -> isPrediction(path, last) ? Operation.INFER : Operation.OTHER;
    };
  }

  /** KServe V1: {@code /v1/models/MODEL:predict}. */
  private static boolean isPrediction(String path, int last) {
    return path.endsWith(":predict") && endsAt(path, last, "/v1/models");
  }

  private static boolean isTop(String path, int last) {
    return last == 0 || endsAt(path, last, "/v1");
  }

  /** Whether these are the last characters before that place. */
  private static boolean endsAt(String path, int end, String tail) {
    return path.startsWith(tail, end - tail.length());
  }
}
