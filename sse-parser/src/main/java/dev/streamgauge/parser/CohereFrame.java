package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** One event of Cohere's chat, or a whole answer, read but not yet told. */
final class CohereFrame extends ObjectFrame {
  private static final byte[] MESSAGE_END = Ascii.bytes("message-end");

  final UsageCounts usage = new UsageCounts();
  final ErrorText error = new ErrorText();

  /** It is the last event. */
  boolean ends;

  /** What the event brings; null if it brings no output. */
  @Nullable TokenKind kind;

  /** How many strings say so, and where the last of them lies. */
  int texts;

  int textStart;
  int textEnd;

  @Override
  void clear() {
    usage.clear();
    error.clear();
    ends = false;
    kind = null;
    texts = 0;
    textStart = 0;
    textEnd = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TYPE)) {
      ends = json.filledString() && json.stringIs(MESSAGE_END);
    } else if (json.nameIs(FieldName.DELTA)) {
      delta(json);
    } else {
      answerField(json);
    }
  }

  private void delta(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      answerField(json);
    }
  }

  /** What a whole answer has in itself, an event has in its {@code delta}. */
  private void answerField(JsonReader json) {
    if (json.nameIs(FieldName.MESSAGE)) {
      message(json);
    } else if (json.nameIs(FieldName.FINISH_REASON)) {
      reason(json);
    } else if (json.nameIs(FieldName.USAGE)) {
      usage(json);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else {
      json.skipValue();
    }
  }

  /** A text is that of an error, which is all that such an answer says. */
  private void message(JsonReader json) {
    if (json.peek() == JsonKind.STRING) {
      error.readError(json);
      return;
    }
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CONTENT)) {
        content(json);
      } else if (json.nameIs(FieldName.TOOL_PLAN)) {
        output(json, TokenKind.REASONING);
      } else if (json.nameIs(FieldName.TOOL_CALLS)) {
        toolCall(json);
      } else {
        json.skipValue();
      }
    }
  }

  /** An object in events; the array of a whole answer has no pieces. */
  private void content(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.TEXT)) {
        output(json, TokenKind.TEXT);
      } else if (json.nameIs(FieldName.THINKING)) {
        output(json, TokenKind.REASONING);
      } else {
        json.skipValue();
      }
    }
  }

  private void toolCall(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.FUNCTION)) {
        function(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void function(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.ARGUMENTS)) {
        output(json, TokenKind.TOOL_CALL);
      } else {
        json.skipValue();
      }
    }
  }

  private void output(JsonReader json, TokenKind what) {
    if (json.filledString()) {
      texts++;
      textStart = json.stringStart();
      textEnd = json.stringEnd();
      kind = kind == null || kind == TokenKind.REASONING ? what : kind;
    }
  }

  /** {@code tokens} is what was used; {@code billed_units} is what is charged for. */
  private void usage(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.TOKENS)) {
        usage.read(json);
      } else if (json.nameIs(FieldName.CACHED_TOKENS)) {
        usage.cachedInput = json.readCount();
      } else {
        json.skipValue();
      }
    }
  }
}
