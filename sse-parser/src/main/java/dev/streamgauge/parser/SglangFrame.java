package dev.streamgauge.parser;

/** One JSON object of SGLang's {@code /generate}, read but not yet told. Used for each frame. */
final class SglangFrame extends ObjectFrame {
  final SglangMeta meta = new SglangMeta();
  final ErrorText error = new ErrorText();

  int choice;

  /** Of the text as it stands in the frame, in bytes; -1 if there is none. */
  int textBytes;

  int outputIds;

  @Override
  void clear() {
    meta.clear();
    error.clear();
    choice = 0;
    textBytes = -1;
    outputIds = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TEXT)) {
      textBytes = json.stringLength();
    } else if (json.nameIs(FieldName.OUTPUT_IDS)) {
      outputIds = json.countElements();
    } else if (json.nameIs(FieldName.META_INFO)) {
      meta.read(json, error);
    } else if (json.nameIs(FieldName.INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (!error.readField(json)) {
      json.skipValue();
    }
  }
}
