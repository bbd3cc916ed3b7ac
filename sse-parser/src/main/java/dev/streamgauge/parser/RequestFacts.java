package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What a request says that matters for reading its answer. Null where the body did not say, was not
 * JSON, or was past the inspected prefix.
 *
 * @param path without the query
 * @param operation by method and path
 * @param model what the body's {@code model} says; from outside, so never a label
 * @param stream what the body's {@code stream} says
 */
public record RequestFacts(
    String method,
    String path,
    Operation operation,
    @Nullable String model,
    @Nullable Boolean stream) {

  /** The same, asked for as another operation. */
  public RequestFacts as(Operation other) {
    return other == operation ? this : new RequestFacts(method, path, other, model, stream);
  }

  /**
   * Whether a stream is asked for: where the body doesn't say, by what the path's dialect does by
   * default.
   */
  public boolean asksForStream() {
    if (pathStreams()) {
      return true;
    }
    if (stream != null) {
      return stream;
    }
    return pathIsOllamas() || isStreamingCall();
  }

  private boolean isStreamingCall() {
    GrpcMethod call = GrpcMethod.of(path);
    return call != null && call.streams();
  }

  /** Triton, TGI and MLServer have paths of their own for streams. */
  private boolean pathStreams() {
    return switch (operation) {
      case GENERATE -> path.endsWith("/generate_stream");
      case INFER -> path.endsWith("/infer_stream");
      case CHAT, COMPLETION, RESPONSES, MESSAGES, EMBEDDINGS, RERANK, TOKENIZE, OTHER -> false;
    };
  }

  /** Ollama's own paths, that is; llama.cpp speaks OpenAI's chat at one of them. */
  boolean pathIsOllamas() {
    return switch (operation) {
      case CHAT -> path.endsWith("/api/chat");
      case GENERATE -> path.endsWith("/api/generate");
      case COMPLETION, RESPONSES, MESSAGES, INFER, EMBEDDINGS, RERANK, TOKENIZE, OTHER -> false;
    };
  }
}
