package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Tells the dialect of an answer by the shape of its first object. The path helps only where the
 * object leaves it open (an error, a ping, an end marker): {@code /completions} is OpenAI's or
 * llama.cpp's own, {@code /api/chat} OpenAI's or Ollama's, by server.
 */
final class Recognition {
  private final Dialect pathSays;

  /** Null until a frame's shape is asked for: most whole answers are known before. */
  private @Nullable JsonReader reader;

  private @Nullable AnswerShape shapeRead;

  private boolean malformed;
  private boolean cutOff;

  Recognition(RequestFacts request, BodyKind kind) {
    this.pathSays = byPath(request, kind);
  }

  private static Dialect byPath(RequestFacts request, BodyKind kind) {
    String path = request.path();
    if (kind != BodyKind.SSE && request.pathIsOllamas()) {
      return Dialect.OLLAMA;
    }
    return switch (request.operation()) {
      case CHAT -> path.endsWith("/v2/chat") ? Dialect.COHERE_CHAT : Dialect.OPENAI_CHAT;
      case COMPLETION ->
          path.endsWith("/completion") || path.endsWith("/infill")
              ? Dialect.LLAMACPP_COMPLETION
              : Dialect.OPENAI_COMPLETIONS;
      case RESPONSES -> Dialect.OPENAI_RESPONSES;
      case MESSAGES -> Dialect.ANTHROPIC_MESSAGES;
      case GENERATE -> ofGeneratePath(path);
      case INFER -> Dialect.KSERVE_INFER;
      case EMBEDDINGS, RERANK, TOKENIZE, OTHER -> Dialect.UNKNOWN;
    };
  }

  private static Dialect ofGeneratePath(String path) {
    if (path.contains("/v2/models/")) {
      return Dialect.TRITON_GENERATE;
    }
    if (path.endsWith("/generate_stream")) {
      return Dialect.TGI_GENERATE;
    }
    if (path.contains("/audio/")) {
      return Dialect.OPENAI_TRANSCRIPTION;
    }
    if (path.endsWith("/inference/v1/generate")) {
      return Dialect.VLLM_GENERATE;
    }
    boolean sglangs = path.endsWith("/generate") && !path.contains("/v1/");
    return sglangs ? Dialect.SGLANG_GENERATE : Dialect.UNKNOWN;
  }

  /** What a pooling model's answer is of, in whole JSON; {@link Dialect#UNKNOWN} for all others. */
  static Dialect pooled(RequestFacts request) {
    String path = request.path();
    return switch (request.operation()) {
      case EMBEDDINGS -> {
        if (path.endsWith("/api/embed") || path.endsWith("/api/embeddings")) {
          yield Dialect.OLLAMA_EMBED;
        }
        yield path.endsWith("/embeddings") ? Dialect.OPENAI_EMBEDDINGS : Dialect.POOLING;
      }
      case RERANK -> path.contains("/rerank") ? Dialect.RERANK : Dialect.POOLING;
      case CHAT, COMPLETION, RESPONSES, MESSAGES, GENERATE, INFER, TOKENIZE, OTHER ->
          Dialect.UNKNOWN;
    };
  }

  /** What it is of if nothing that comes tells otherwise. */
  Dialect pathSays() {
    return pathSays;
  }

  /** Whether the frame asked about last was no sound JSON. */
  boolean malformed() {
    return malformed;
  }

  /** Whether it ended in the midst of a value. */
  boolean cutOff() {
    return cutOff;
  }

  /** What the frame is of; {@link Dialect#UNKNOWN} if it doesn't show that. */
  Dialect of(byte[] bytes, int start, int end, EventName event) {
    malformed = false;
    cutOff = false;
    if (DialectParser.isDone(bytes, start, end) || event.is(ErrorText.ERROR)) {
      return pathSays;
    }
    JsonReader json = reader == null ? new JsonReader() : reader;
    AnswerShape shape = shapeRead == null ? new AnswerShape() : shapeRead;
    reader = json;
    shapeRead = shape;
    json.reset(bytes, start, end);
    shape.read(json);
    malformed = !json.finished() && start < end;
    cutOff = json.cutOff();
    json.release();
    return malformed ? Dialect.UNKNOWN : verdict(shape);
  }

  /** Whether a whole answer is likely to be of OpenAI's chat or completions. */
  boolean likelyOpenAi() {
    return pathSays == Dialect.OPENAI_CHAT || pathSays == Dialect.OPENAI_COMPLETIONS;
  }

  private Dialect verdict(AnswerShape shape) {
    Dialect named = byItsName(shape);
    if (named != Dialect.UNKNOWN) {
      return named;
    }
    Dialect shown = byItsFields(shape);
    if (shown != Dialect.UNKNOWN) {
      return shown;
    }
    return shape.isError() ? ofError(shape) : Dialect.UNKNOWN;
  }

  /** SGLang and TGI both have a {@code /generate}, and {@code /} is anybody's: TGI's has a type. */
  private Dialect ofError(AnswerShape shape) {
    boolean open = pathSays == Dialect.SGLANG_GENERATE || pathSays == Dialect.UNKNOWN;
    return open && shape.has(FieldName.ERROR_TYPE) ? Dialect.TGI_GENERATE : pathSays;
  }

  private Dialect byItsName(AnswerShape shape) {
    String object = shape.object();
    if (object.startsWith("chat.completion")) {
      return Dialect.OPENAI_CHAT;
    }
    if (object.equals("text_completion")) {
      return Dialect.OPENAI_COMPLETIONS;
    }
    if (object.equals("response") || shape.type().startsWith("response.")) {
      return Dialect.OPENAI_RESPONSES;
    }
    if (isTranscript(shape)) {
      return Dialect.OPENAI_TRANSCRIPTION;
    }
    return switch (shape.type()) {
      case "message",
          "message_start",
          "message_delta",
          "message_stop",
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "ping" ->
          Dialect.ANTHROPIC_MESSAGES;
      case "message-start", "content-start", "content-delta", "message-end" -> Dialect.COHERE_CHAT;
      default -> Dialect.UNKNOWN;
    };
  }

  private static boolean isTranscript(AnswerShape shape) {
    return switch (shape.object()) {
      case "transcription.chunk", "translation.chunk" -> true;
      default -> shape.type().startsWith("transcript.");
    };
  }

  /** Servers differ in an object's name; its fields are as telling. */
  private Dialect byItsFields(AnswerShape shape) {
    if (shape.has(FieldName.CHOICES)) {
      return byItsChoices(shape);
    }
    if (shape.has(FieldName.DONE)
        && (shape.has(FieldName.MESSAGE) || shape.has(FieldName.RESPONSE))) {
      return Dialect.OLLAMA;
    }
    if (shape.has(FieldName.MODEL_NAME)) {
      return byItsOutputs(shape);
    }
    if (shape.has(FieldName.MESSAGE)
        && (shape.has(FieldName.FINISH_REASON) || pathSays == Dialect.COHERE_CHAT)) {
      return Dialect.COHERE_CHAT;
    }
    if (shape.has(FieldName.META_INFO)) {
      return Dialect.SGLANG_GENERATE;
    }
    if (shape.has(FieldName.TOKEN) || shape.has(FieldName.GENERATED_TEXT)) {
      return Dialect.TGI_GENERATE;
    }
    if (shape.has(FieldName.CONTENT) && shape.has(FieldName.STOP)) {
      return Dialect.LLAMACPP_COMPLETION;
    }
    return shape.has(FieldName.TEXT) ? ofPlainText() : Dialect.UNKNOWN;
  }

  /** {@code text} alone is telling only where speech came in. */
  private Dialect ofPlainText() {
    return pathSays == Dialect.OPENAI_TRANSCRIPTION ? pathSays : Dialect.UNKNOWN;
  }

  /** Triton names an output as its model does; {@code text_output} is but the usual name. */
  private Dialect byItsOutputs(AnswerShape shape) {
    if (shape.has(FieldName.OUTPUTS)) {
      return Dialect.KSERVE_INFER;
    }
    return shape.has(FieldName.TEXT_OUTPUT) ? Dialect.TRITON_GENERATE : pathSays;
  }

  private Dialect byItsChoices(AnswerShape shape) {
    if (shape.choiceHas(FieldName.DELTA) || shape.choiceHas(FieldName.MESSAGE)) {
      return Dialect.OPENAI_CHAT;
    }
    if (pathSays == Dialect.VLLM_GENERATE
        || (shape.has(FieldName.REQUEST_ID) && shape.choiceHas(FieldName.TOKEN_IDS))) {
      return Dialect.VLLM_GENERATE;
    }
    if (shape.choiceHas(FieldName.TEXT)) {
      return Dialect.OPENAI_COMPLETIONS;
    }
    return pathSays == Dialect.OPENAI_CHAT ? Dialect.OPENAI_CHAT : Dialect.OPENAI_COMPLETIONS;
  }
}
