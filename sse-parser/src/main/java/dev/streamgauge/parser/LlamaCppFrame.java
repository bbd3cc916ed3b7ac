package dev.streamgauge.parser;

/** One JSON object of llama.cpp's own completions, read but not yet told. Used for each frame. */
final class LlamaCppFrame {
  private static final byte[] INDEX = Ascii.bytes("index");
  private static final byte[] CONTENT = Ascii.bytes("content");
  private static final byte[] TOKENS = Ascii.bytes("tokens");
  private static final byte[] STOP = Ascii.bytes("stop");
  private static final byte[] STOP_TYPE = Ascii.bytes("stop_type");
  private static final byte[] STOPPED_LIMIT = Ascii.bytes("stopped_limit");
  private static final byte[] MODEL = Ascii.bytes("model");
  private static final byte[] TOKENS_PREDICTED = Ascii.bytes("tokens_predicted");
  private static final byte[] TOKENS_EVALUATED = Ascii.bytes("tokens_evaluated");
  private static final byte[] TIMINGS = Ascii.bytes("timings");
  private static final byte[] PROMPT_PROGRESS = Ascii.bytes("prompt_progress");
  private static final byte[] ERROR = Ascii.bytes("error");
  private static final byte[] OBJECT = Ascii.bytes("object");
  private static final byte[] MESSAGE = Ascii.bytes("message");

  final EngineTimings timings = new EngineTimings();
  final ErrorText error = new ErrorText();

  int choice;
  boolean filledContent;
  int tokens;
  boolean stop;
  boolean stoppedByLimit;
  boolean progress;
  long predicted;
  long evaluated;
  int modelStart;
  int modelEnd;
  int reasonStart;
  int reasonEnd;

  /** Reads the object at the reader's place; false if none stands there. */
  boolean read(JsonReader json) {
    clear();
    if (!json.enterObject()) {
      return false;
    }
    while (json.nextField()) {
      field(json);
    }
    return !json.failed();
  }

  private void clear() {
    timings.clear();
    error.clear();
    choice = 0;
    filledContent = false;
    tokens = 0;
    stop = false;
    stoppedByLimit = false;
    progress = false;
    predicted = StreamSink.UNKNOWN;
    evaluated = StreamSink.UNKNOWN;
    modelStart = 0;
    modelEnd = 0;
    reasonStart = 0;
    reasonEnd = 0;
  }

  private void field(JsonReader json) {
    if (json.nameIs(INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (json.nameIs(CONTENT)) {
      filledContent = json.filledString();
    } else if (json.nameIs(TOKENS)) {
      tokens = json.countElements();
    } else if (json.nameIs(STOP)) {
      stop = json.isTrue();
    } else if (json.nameIs(TOKENS_PREDICTED)) {
      predicted = json.readCount();
    } else if (json.nameIs(TOKENS_EVALUATED)) {
      evaluated = json.readCount();
    } else {
      rareField(json);
    }
  }

  /** Of the last frame, mostly. */
  private void rareField(JsonReader json) {
    if (json.nameIs(STOP_TYPE)) {
      if (json.filledString()) {
        reasonStart = json.stringStart();
        reasonEnd = json.stringEnd();
      }
    } else if (json.nameIs(STOPPED_LIMIT)) {
      stoppedByLimit = json.isTrue();
    } else if (json.nameIs(MODEL)) {
      if (json.filledString()) {
        modelStart = json.stringStart();
        modelEnd = json.stringEnd();
      }
    } else if (json.nameIs(TIMINGS)) {
      timings.read(json);
    } else if (json.nameIs(PROMPT_PROGRESS)) {
      progress = json.peek() != JsonReader.Kind.NULL;
      json.skipValue();
    } else if (json.nameIs(ERROR)) {
      error.readError(json);
    } else if (json.nameIs(OBJECT)) {
      error.readObjectKind(json);
    } else if (json.nameIs(MESSAGE)) {
      error.readFlatMessage(json);
    } else {
      json.skipValue();
    }
  }
}
