package dev.streamgauge.parser;

/**
 * The error that a frame reports, in any of the servers' shapes: {@code {"error":{"message":…}}},
 * {@code {"error":"text"}} and the flat {@code {"object":"error","message":…}}. An {@code error}
 * that is null, false or empty is none.
 */
final class ErrorText {
  static final int CHARS_MAX = 256;

  static final String UNNAMED = "error without a message";
  static final byte[] ERROR = Ascii.bytes("error");

  private boolean present;
  private int textStart;
  private int textEnd;
  private int flatStart;
  private int flatEnd;

  void clear() {
    present = false;
    textStart = -1;
    flatStart = -1;
  }

  boolean present() {
    return present;
  }

  /** Reads the value of a top-level field if it is one of these shapes'; else false. */
  boolean readField(JsonReader json) {
    if (json.nameIs(FieldName.ERROR)) {
      readError(json);
    } else if (json.nameIs(FieldName.OBJECT)) {
      readObjectKind(json);
    } else if (json.nameIs(FieldName.MESSAGE)) {
      readFlatMessage(json);
    } else {
      return false;
    }
    return true;
  }

  /** Reads the value of the field {@code error}. */
  void readError(JsonReader json) {
    switch (json.peek()) {
      case STRING -> {
        if (json.filledString()) {
          found(json);
        }
      }
      case OBJECT -> {
        present = true;
        readObject(json);
      }
      case NUMBER, ARRAY, TRUE -> {
        present = true;
        json.skipValue();
      }
      case FALSE, NULL, NONE -> json.skipValue();
    }
  }

  private void readObject(JsonReader json) {
    boolean hasMessage = false;
    json.enterObject();
    while (json.nextField()) {
      boolean message = json.nameIs(FieldName.MESSAGE);
      boolean wanted = message || (json.nameIs(FieldName.TYPE) && !hasMessage);
      if (wanted && json.filledString()) {
        found(json);
        hasMessage |= message;
      } else if (!wanted) {
        json.skipValue();
      }
    }
  }

  private void found(JsonReader json) {
    present = true;
    textStart = json.stringStart();
    textEnd = json.stringEnd();
  }

  /** Reads the value of a top-level {@code message}: an error's text if the object is one. */
  void readFlatMessage(JsonReader json) {
    if (json.filledString()) {
      flatStart = json.stringStart();
      flatEnd = json.stringEnd();
    }
  }

  /** Reads the value of a top-level {@code object}. True if that is a string and not empty. */
  boolean readObjectKind(JsonReader json) {
    boolean named = json.filledString();
    present |= named && json.stringIs(ERROR);
    return named;
  }

  /** The frame came as an event named error. */
  void named(EventName event) {
    present |= event.is(ERROR);
  }

  /** The message; to be asked before the reader leaves the frame. Allocates. */
  String message(JsonReader json) {
    if (textStart >= 0) {
      return json.rangeString(textStart, textEnd, CHARS_MAX);
    }
    return flatStart >= 0 ? json.rangeString(flatStart, flatEnd, CHARS_MAX) : UNNAMED;
  }
}
