package dev.streamgauge.cli.simulate;

import io.netty.handler.codec.http.HttpMethod;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a path is for. */
enum Route {
  CHAT("/v1/chat/completions"),
  COMPLETION("/v1/completions"),
  RESPONSES("/v1/responses"),
  /** Anthropic's. */
  MESSAGES("/v1/messages"),
  /** llama.cpp's own. */
  LLAMA_COMPLETION("/completion"),
  OLLAMA_CHAT("/api/chat"),
  OLLAMA_GENERATE("/api/generate"),
  /** SGLang's own; TGI's where the body has its prompt in TGI's way. */
  GENERATE("/generate"),
  TGI("/"),
  TGI_STREAM("/generate_stream"),
  /** Below a model: {@code /v2/models/NAME[/versions/N]/generate}. */
  TRITON("generate"),
  TRITON_STREAM("generate_stream"),
  /** vLLM's, with token ids in and out. */
  VLLM_GENERATE("/inference/v1/generate"),
  /** Cohere's, as vLLM serves it. */
  COHERE("/cohere/v2/chat"),
  EMBEDDINGS("/v1/embeddings"),
  OLLAMA_EMBED("/api/embed"),
  MODELS("/v1/models"),
  HEALTH("/health"),
  STATS("/simulate/stats");

  private static final Pattern TRITON_PATH =
      Pattern.compile("/v2/models/[^/]+(?:/versions/[0-9]+)?/(generate(?:_stream)?)");

  private final String path;

  Route(String path) {
    this.path = path;
  }

  /** Null if there is none. */
  static @Nullable Route of(String path) {
    var triton = TRITON_PATH.matcher(path);
    String asked = triton.matches() ? triton.group(1) : path;
    for (Route route : values()) {
      if (route.path.equals(asked)) {
        return route;
      }
    }
    return null;
  }

  boolean allows(HttpMethod method) {
    return answers()
        ? method.equals(HttpMethod.POST) || (this == GENERATE && method.equals(HttpMethod.PUT))
        : method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
  }

  /** Whether a model would answer; else it is a page. */
  boolean answers() {
    return switch (this) {
      case MODELS, HEALTH, STATS -> false;
      case CHAT,
          COMPLETION,
          RESPONSES,
          MESSAGES,
          LLAMA_COMPLETION,
          OLLAMA_CHAT,
          OLLAMA_GENERATE,
          GENERATE,
          TGI,
          TGI_STREAM,
          TRITON,
          TRITON_STREAM,
          VLLM_GENERATE,
          COHERE,
          EMBEDDINGS,
          OLLAMA_EMBED ->
          true;
    };
  }

  /** Whether it answers with vectors, and no output token. */
  boolean embeds() {
    return this == EMBEDDINGS || this == OLLAMA_EMBED;
  }

  /** Whether an answer may be a tool call. */
  boolean calls() {
    return switch (this) {
      case CHAT, RESPONSES, MESSAGES, OLLAMA_CHAT, COHERE -> true;
      default -> false;
    };
  }

  /** Whether an answer may begin with reasoning. */
  boolean reasons() {
    return calls() || this == OLLAMA_GENERATE;
  }

  boolean streams(RequestBody body) {
    Boolean asked = body.stream();
    return switch (this) {
      case TGI_STREAM, TRITON_STREAM -> true;
      case TRITON, EMBEDDINGS, OLLAMA_EMBED, MODELS, HEALTH, STATS -> false;
      case OLLAMA_CHAT, OLLAMA_GENERATE -> asked == null || asked;
      case GENERATE -> asked != null && asked && !body.forTgi();
      case CHAT, COMPLETION, RESPONSES, MESSAGES, LLAMA_COMPLETION, TGI, VLLM_GENERATE, COHERE ->
          asked != null && asked;
    };
  }

  /** Whether a request may ask for several answers. */
  boolean asksForSeveral() {
    return switch (this) {
      case CHAT, COMPLETION, LLAMA_COMPLETION, GENERATE, VLLM_GENERATE -> true;
      default -> false;
    };
  }

  /** How many answers side by side; of embeddings, how many vectors. */
  int choices(RequestBody body) {
    if (embeds()) {
      return body.inputs();
    }
    return asksForSeveral() && !body.forTgi() ? body.choices() : 1;
  }

  Server server(EngineStyle style, RequestBody body) {
    return switch (this) {
      case LLAMA_COMPLETION -> Server.LLAMACPP;
      case OLLAMA_CHAT, OLLAMA_GENERATE, OLLAMA_EMBED -> Server.OLLAMA;
      case GENERATE -> body.forTgi() ? Server.TGI : Server.SGLANG;
      case TGI, TGI_STREAM -> Server.TGI;
      case TRITON, TRITON_STREAM -> Server.TRITON;
      case VLLM_GENERATE, COHERE -> Server.VLLM;
      case CHAT, COMPLETION, RESPONSES, MESSAGES, EMBEDDINGS, MODELS, HEALTH, STATS ->
          style.server();
    };
  }
}
