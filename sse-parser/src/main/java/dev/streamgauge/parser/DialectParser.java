package dev.streamgauge.parser;

/** Frames that are JSON, and OpenAI's end marker, which is none. */
abstract sealed class DialectParser extends AnswerParser
    permits OpenAiParser,
        ResponsesParser,
        MessagesParser,
        LlamaCppParser,
        OllamaParser,
        SglangParser,
        TgiParser,
        KserveParser,
        PoolingParser,
        TranscriptionParser,
        CohereParser {
  static final int REASON_CHARS_MAX = 64;

  private static final byte[] DONE = Ascii.bytes("[DONE]");

  final JsonReader json = new JsonReader();

  private boolean modelTold;

  DialectParser(StreamSink sink) {
    super(sink);
  }

  static AnswerParser of(Dialect dialect, StreamSink sink) {
    return switch (dialect) {
      case OPENAI_CHAT, OPENAI_COMPLETIONS -> new OpenAiParser(sink, false);
      case VLLM_GENERATE -> new OpenAiParser(sink, true);
      case OPENAI_RESPONSES -> new ResponsesParser(sink);
      case ANTHROPIC_MESSAGES -> new MessagesParser(sink);
      case LLAMACPP_COMPLETION -> new LlamaCppParser(sink);
      case OLLAMA -> new OllamaParser(sink);
      case SGLANG_GENERATE -> new SglangParser(sink);
      case TGI_GENERATE -> new TgiParser(sink);
      case COHERE_CHAT -> new CohereParser(sink);
      case VLLM_GRPC -> new GenerateParser(GenerateFields.VLLM, sink);
      case SGLANG_GRPC -> new GenerateParser(GenerateFields.SGLANG, sink);
      case TRTLLM_GRPC -> new GenerateParser(GenerateFields.TRTLLM, sink);
      case KSERVE_GRPC -> new InferParser(sink);
      case TRITON_GENERATE, KSERVE_INFER -> new KserveParser(sink);
      case OPENAI_EMBEDDINGS, OLLAMA_EMBED, RERANK, POOLING -> new PoolingParser(sink);
      case OPENAI_TRANSCRIPTION -> new TranscriptionParser(sink);
      case UNKNOWN -> throw new IllegalArgumentException("no parser for an unknown dialect");
    };
  }

  @Override
  final void readFrame(byte[] bytes, int start, int end, EventName event) {
    if (start == end) {
      return;
    }
    if (isDone(bytes, start, end)) {
      endMarkerOnce();
      return;
    }
    json.reset(bytes, start, end);
    if (readFrame() && json.finished()) {
      tellFrame(event);
    } else if (event.is(ErrorText.ERROR)) {
      sink.error(ErrorText.UNNAMED);
    } else if (event.isEmpty() || readsNamedEvents()) {
      sink.malformedFrame();
      if (json.cutOff()) {
        wasCutOff();
      }
    }
    json.release();
  }

  @Override
  void answer(byte[] bytes, int start, int end) {
    json.reset(bytes, start, end);
    if (tellAnswer() && json.finished()) {
      endMarkerOnce();
    } else {
      sink.malformedFrame();
      if (!json.cutOff()) {
        endMarkerOnce();
      }
    }
    json.release();
  }

  /** Reads the value at the reader's place; false if it is not of the dialect's shape. */
  abstract boolean readFrame();

  /** Tells what the frame read last says. */
  abstract void tellFrame(EventName event);

  /** Reads a whole answer and tells of it, if it is sound; else false. */
  abstract boolean tellAnswer();

  /** Whether the dialect's own events have names, so that a named one must be sound, too. */
  boolean readsNamedEvents() {
    return false;
  }

  /** The answer's name of its model; told once. */
  final void tellModel(int start, int end) {
    if (!modelTold && end > start) {
      modelTold = true;
      sink.model(json.rangeString(start, end, MODEL_CHARS_MAX));
    }
  }

  final void tellFinish(int choice, int start, int end) {
    String raw = json.rangeString(start, end, REASON_CHARS_MAX);
    sink.finished(choice, FinishWords.meaning(raw), raw);
  }

  /** Whether a frame is OpenAI's end marker, which is no JSON. */
  static boolean isDone(byte[] bytes, int start, int end) {
    if (start == end || bytes[start] != '[') {
      return false;
    }
    int stop = end;
    while (stop > start && bytes[stop - 1] == ' ') {
      stop--;
    }
    return Ascii.equal(bytes, start, stop, DONE);
  }

  /** The sum, where a count that is not known adds nothing. */
  static long sum(long one, long other) {
    if (one < 0) {
      return other;
    }
    return other < 0 ? one : one + other;
  }
}
