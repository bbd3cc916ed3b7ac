package dev.streamgauge.parser;

/** One JSON object of a dialect, read but not yet told. One is used for each frame of an answer. */
abstract class ObjectFrame {
  /** Where the answer's name of its model lies; empty if it has none. */
  int modelStart;

  int modelEnd;

  /** Where the word of why it ended lies; empty if it has none. */
  int reasonStart;

  int reasonEnd;

  /** Reads the object at the reader's place; false if none stands there. */
  final boolean read(JsonReader json) {
    forget();
    if (json.peek() != JsonKind.OBJECT) {
      return false;
    }
    json.enterObject();
    while (json.nextField()) {
      field(json);
    }
    return !json.failed();
  }

  /** Makes room for the next object. */
  final void forget() {
    modelStart = 0;
    modelEnd = 0;
    reasonStart = 0;
    reasonEnd = 0;
    clear();
  }

  /** Forgets what the object before had, but for its model and reason. */
  abstract void clear();

  /** Reads the value of the field reached last. */
  abstract void field(JsonReader json);

  final void model(JsonReader json) {
    if (json.filledString()) {
      modelStart = json.stringStart();
      modelEnd = json.stringEnd();
    }
  }

  final void reason(JsonReader json) {
    if (json.filledString()) {
      reasonStart = json.stringStart();
      reasonEnd = json.stringEnd();
    }
  }
}
