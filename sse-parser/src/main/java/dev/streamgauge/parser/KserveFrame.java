package dev.streamgauge.parser;

/** One JSON object of Triton's generate or of KServe's infer, read but not yet told. */
final class KserveFrame extends ObjectFrame {
  final ErrorText error = new ErrorText();

  /** How many strings that are not empty it carries as output. */
  int texts;

  /** Where the last of them lies. */
  int textStart;

  int textEnd;

  @Override
  void clear() {
    error.clear();
    texts = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TEXT_OUTPUT)) {
      texts(json);
    } else if (json.nameIs(FieldName.OUTPUTS)) {
      outputs(json);
    } else if (json.nameIs(FieldName.MODEL_NAME)) {
      model(json);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else {
      json.skipValue();
    }
  }

  private void outputs(JsonReader json) {
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      output(json);
    }
  }

  private void output(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.DATA)) {
        texts(json);
      } else {
        json.skipValue();
      }
    }
  }

  /** A string, or for a tensor with several elements an array of them. */
  private void texts(JsonReader json) {
    if (json.peek() != JsonKind.ARRAY) {
      text(json);
      return;
    }
    json.enterArray();
    while (json.nextElement()) {
      text(json);
    }
  }

  private void text(JsonReader json) {
    if (json.filledString()) {
      texts++;
      textStart = json.stringStart();
      textEnd = json.stringEnd();
    }
  }
}
