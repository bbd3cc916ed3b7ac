package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** One event of Anthropic's Messages, or a whole message, read but not yet told. */
final class MessagesFrame extends ObjectFrame {
  final ErrorText error = new ErrorText();

  MessagesEvent event = MessagesEvent.OTHER;

  /** What the delta brings; null if it brings no output. */
  @Nullable TokenKind kind;

  int textStart;
  int textEnd;

  private final MessagesUsage usage;

  MessagesFrame(MessagesUsage usage) {
    this.usage = usage;
  }

  /** Reads a message that is the whole answer; false if no object stands there. */
  boolean readMessage(JsonReader json) {
    forget();
    return json.peek() == JsonKind.OBJECT && message(json, true);
  }

  @Override
  void clear() {
    error.clear();
    event = MessagesEvent.OTHER;
    kind = null;
    textStart = 0;
    textEnd = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TYPE)) {
      event = json.filledString() ? json.stringAmong(MessagesEvent.TABLE, event) : event;
    } else if (json.nameIs(FieldName.DELTA)) {
      delta(json);
    } else if (json.nameIs(FieldName.MESSAGE)) {
      message(json, false);
    } else if (json.nameIs(FieldName.USAGE)) {
      usage.read(json, true);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else {
      json.skipValue();
    }
  }

  private boolean message(JsonReader json, boolean whole) {
    if (!json.enterObject()) {
      return false;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.MODEL)) {
        model(json);
      } else if (json.nameIs(FieldName.USAGE)) {
        usage.read(json, whole);
      } else if (json.nameIs(FieldName.STOP_REASON)) {
        reason(json);
      } else if (whole && json.nameIs(FieldName.ERROR)) {
        error.readError(json);
      } else {
        json.skipValue();
      }
    }
    return !json.failed();
  }

  private void delta(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.TEXT)) {
        output(json, TokenKind.TEXT);
      } else if (json.nameIs(FieldName.THINKING)) {
        output(json, TokenKind.REASONING);
      } else if (json.nameIs(FieldName.PARTIAL_JSON)) {
        output(json, TokenKind.TOOL_CALL);
      } else if (json.nameIs(FieldName.STOP_REASON)) {
        reason(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void output(JsonReader json, TokenKind what) {
    if (json.filledString()) {
      kind = what;
      textStart = json.stringStart();
      textEnd = json.stringEnd();
    }
  }
}
