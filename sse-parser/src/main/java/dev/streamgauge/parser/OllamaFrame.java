package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** One line of Ollama's own API, or a whole answer, read but not yet told. Used for each line. */
final class OllamaFrame extends ObjectFrame {
  final ErrorText error = new ErrorText();

  /** What output the line carries; null if none. */
  @Nullable TokenKind kind;

  /** How many tokens it carries, as its {@code logprobs} say; 0 if they don't. */
  int logprobs;

  /** Whether an end is named, be it by null, before there is one: Ollama leaves it out. */
  boolean namesNoReason;

  boolean done;
  long evaluated;
  long generated;
  long loadNanos;
  long prefillNanos;
  long decodeNanos;

  boolean hasTimes() {
    return loadNanos >= 0 || prefillNanos >= 0 || decodeNanos >= 0;
  }

  @Override
  void clear() {
    error.clear();
    kind = null;
    logprobs = 0;
    namesNoReason = false;
    done = false;
    evaluated = StreamSink.UNKNOWN;
    generated = StreamSink.UNKNOWN;
    loadNanos = StreamSink.UNKNOWN;
    prefillNanos = StreamSink.UNKNOWN;
    decodeNanos = StreamSink.UNKNOWN;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.MESSAGE)) {
      message(json);
    } else if (json.nameIs(FieldName.RESPONSE)) {
      carries(json.filledString(), TokenKind.TEXT);
    } else if (json.nameIs(FieldName.THINKING)) {
      carries(json.filledString(), TokenKind.REASONING);
    } else if (json.nameIs(FieldName.DONE)) {
      done = json.isTrue();
    } else if (json.nameIs(FieldName.MODEL)) {
      model(json);
    } else if (json.nameIs(FieldName.LOGPROBS)) {
      logprobs = json.countElements();
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else {
      lastLinesField(json);
    }
  }

  private void lastLinesField(JsonReader json) {
    if (json.nameIs(FieldName.DONE_REASON)) {
      namesNoReason = json.peek() == JsonKind.NULL;
      reason(json);
    } else if (json.nameIs(FieldName.PROMPT_EVAL_COUNT)) {
      evaluated = json.readCount();
    } else if (json.nameIs(FieldName.EVAL_COUNT)) {
      generated = json.readCount();
    } else if (json.nameIs(FieldName.LOAD_DURATION)) {
      loadNanos = json.readCount();
    } else if (json.nameIs(FieldName.PROMPT_EVAL_DURATION)) {
      prefillNanos = json.readCount();
    } else if (json.nameIs(FieldName.EVAL_DURATION)) {
      decodeNanos = json.readCount();
    } else {
      json.skipValue();
    }
  }

  /** Chat's message; a string is the text of an error. */
  private void message(JsonReader json) {
    if (json.peek() != JsonKind.OBJECT) {
      error.readFlatMessage(json);
      return;
    }
    json.enterObject();
    while (json.nextField()) {
      if (json.nameIs(FieldName.CONTENT)) {
        carries(json.filledString(), TokenKind.TEXT);
      } else if (json.nameIs(FieldName.THINKING)) {
        carries(json.filledString(), TokenKind.REASONING);
      } else if (json.nameIs(FieldName.TOOL_CALLS)) {
        carries(json.countElements() > 0, TokenKind.TOOL_CALL);
      } else {
        json.skipValue();
      }
    }
  }

  /** A line with several is one token event, of the kind that belongs to the answer. */
  private void carries(boolean any, TokenKind what) {
    if (any && (kind == null || kind == TokenKind.REASONING)) {
      kind = what;
    }
  }
}
