package dev.streamgauge.parser;

/** One event of a transcription, or a whole one, read but not yet told. */
final class TranscriptionFrame extends ObjectFrame {
  private static final byte[] DONE = Ascii.bytes("transcript.text.done");

  final ErrorText error = new ErrorText();
  final UsageCounts usage = new UsageCounts();

  /** Whether it is OpenAI's last event. */
  boolean done;

  /** Whether it has a choice: then its usage is not yet the last one. */
  boolean running;

  /** Where the piece of text lies; empty if it brings none. */
  int textStart;

  int textEnd;

  @Override
  void clear() {
    error.clear();
    usage.clear();
    done = false;
    running = false;
    textStart = 0;
    textEnd = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.CHOICES)) {
      choices(json);
    } else if (json.nameIs(FieldName.DELTA)) {
      text(json);
    } else if (json.nameIs(FieldName.TYPE)) {
      done = json.filledString() && json.stringIs(DONE);
    } else if (json.nameIs(FieldName.USAGE)) {
      usage.read(json);
    } else if (json.nameIs(FieldName.MODEL)) {
      model(json);
    } else if (!error.readField(json)) {
      json.skipValue();
    }
  }

  /** There is never more than one. */
  private void choices(JsonReader json) {
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      running = true;
      choice(json);
    }
  }

  private void choice(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.DELTA)) {
        delta(json);
      } else if (json.nameIs(FieldName.FINISH_REASON)) {
        reason(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void delta(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CONTENT)) {
        text(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void text(JsonReader json) {
    if (json.filledString()) {
      textStart = json.stringStart();
      textEnd = json.stringEnd();
    }
  }
}
