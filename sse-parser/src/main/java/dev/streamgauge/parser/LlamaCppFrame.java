package dev.streamgauge.parser;

/** One JSON object of llama.cpp's own completions, read but not yet told. Used for each frame. */
final class LlamaCppFrame extends ObjectFrame {

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

  @Override
  void clear() {
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
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (json.nameIs(FieldName.CONTENT)) {
      filledContent = json.filledString();
    } else if (json.nameIs(FieldName.TOKENS)) {
      tokens = json.countElements();
    } else if (json.nameIs(FieldName.STOP)) {
      stop = json.isTrue();
    } else if (json.nameIs(FieldName.TOKENS_PREDICTED)) {
      predicted = json.readCount();
    } else if (json.nameIs(FieldName.TOKENS_EVALUATED)) {
      evaluated = json.readCount();
    } else {
      rareField(json);
    }
  }

  /** Of the last frame, mostly. */
  private void rareField(JsonReader json) {
    if (json.nameIs(FieldName.STOP_TYPE)) {
      reason(json);
    } else if (json.nameIs(FieldName.STOPPED_LIMIT)) {
      stoppedByLimit = json.isTrue();
    } else if (json.nameIs(FieldName.MODEL)) {
      model(json);
    } else if (json.nameIs(FieldName.TIMINGS)) {
      timings.read(json);
    } else if (json.nameIs(FieldName.PROMPT_PROGRESS)) {
      progress = json.peek() != JsonKind.NULL;
      json.skipValue();
    } else if (!error.readField(json)) {
      json.skipValue();
    }
  }
}
