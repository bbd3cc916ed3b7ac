package dev.streamgauge.parser;

/** One event of TGI's own stream, or one whole answer, read but not yet told. Used for each. */
final class TgiFrame extends ObjectFrame {
  final ErrorText error = new ErrorText();

  /** Whether a {@code token} stands in it. */
  boolean token;

  /** Whether the generated text stands in it, be it empty: nothing follows then. */
  boolean ended;

  /** Of the sequence that is the answer, as {@code details} count it. */
  long generated;

  /** Of the sequences that {@code best_of} drew beside it. */
  long generatedBeside;

  long input;

  @Override
  void clear() {
    error.clear();
    token = false;
    ended = false;
    generated = StreamSink.UNKNOWN;
    generatedBeside = StreamSink.UNKNOWN;
    input = StreamSink.UNKNOWN;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TOKEN)) {
      token = json.peek() == JsonKind.OBJECT;
      json.skipValue();
    } else if (json.nameIs(FieldName.GENERATED_TEXT)) {
      ended = json.stringLength() >= 0;
    } else if (json.nameIs(FieldName.DETAILS)) {
      details(json);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else {
      json.skipValue();
    }
  }

  private void details(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.GENERATED_TOKENS)) {
        generated = json.readCount();
      } else if (json.nameIs(FieldName.INPUT_LENGTH)) {
        input = json.readCount();
      } else if (json.nameIs(FieldName.FINISH_REASON)) {
        reason(json);
      } else if (json.nameIs(FieldName.PREFILL)) {
        prefill(json.countElements());
      } else if (json.nameIs(FieldName.BEST_OF_SEQUENCES)) {
        sequencesBeside(json);
      } else {
        json.skipValue();
      }
    }
  }

  /** The prompt's tokens, if they were asked for; else an empty list. */
  private void prefill(int tokens) {
    if (tokens > 0) {
      input = tokens;
    }
  }

  private void sequencesBeside(JsonReader json) {
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      if (json.enterObject()) {
        sequenceBeside(json);
      }
    }
  }

  private void sequenceBeside(JsonReader json) {
    while (json.nextField()) {
      if (json.nameIs(FieldName.GENERATED_TOKENS)) {
        generatedBeside = DialectParser.sum(generatedBeside, json.readCount());
      } else {
        json.skipValue();
      }
    }
  }
}
