package dev.streamgauge.parser;

/** One JSON object of SGLang's {@code /generate}, read but not yet told. Used for each frame. */
final class SglangFrame {
  final SglangMeta meta = new SglangMeta();
  final ErrorText error = new ErrorText();

  int choice;

  /** Of the text as it stands in the frame, in bytes; -1 if there is none. */
  int textBytes;

  int outputIds;

  /** Reads the object at the reader's place; false if none stands there. */
  boolean read(JsonReader json) {
    meta.clear();
    error.clear();
    choice = 0;
    textBytes = -1;
    outputIds = 0;
    if (json.peek() != JsonKind.OBJECT) {
      return false;
    }
    json.enterObject();
    while (json.nextField()) {
      field(json);
    }
    return !json.failed();
  }

  private void field(JsonReader json) {
    if (json.nameIs(FieldName.TEXT)) {
      textBytes = json.stringLength();
    } else if (json.nameIs(FieldName.OUTPUT_IDS)) {
      outputIds = json.countElements();
    } else if (json.nameIs(FieldName.META_INFO)) {
      meta.read(json, error);
    } else if (json.nameIs(FieldName.INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else if (json.nameIs(FieldName.OBJECT)) {
      error.readObjectKind(json);
    } else if (json.nameIs(FieldName.MESSAGE)) {
      error.readFlatMessage(json);
    } else {
      json.skipValue();
    }
  }
}
