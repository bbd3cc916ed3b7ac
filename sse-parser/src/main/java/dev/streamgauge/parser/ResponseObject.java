package dev.streamgauge.parser;

/** The {@code response} of OpenAI's Responses, as an event or a whole answer has it. */
final class ResponseObject {
  private static final byte[] INCOMPLETE = Ascii.bytes("incomplete");
  private static final byte[] FAILED = Ascii.bytes("failed");

  final UsageCounts usage = new UsageCounts();
  final ErrorText error = new ErrorText();

  int modelStart;
  int modelEnd;
  private int statusStart;
  private int statusEnd;
  private int reasonStart;
  private int reasonEnd;
  private boolean incomplete;
  private boolean failed;

  void clear() {
    usage.clear();
    error.clear();
    modelStart = 0;
    modelEnd = 0;
    statusStart = 0;
    statusEnd = 0;
    reasonStart = 0;
    reasonEnd = 0;
    incomplete = false;
    failed = false;
  }

  /** Reads the object at the reader's place; false if none stands there. */
  boolean read(JsonReader json, EngineTimings timings) {
    if (!json.enterObject()) {
      return false;
    }
    while (json.nextField()) {
      field(json, timings);
    }
    return !json.failed();
  }

  boolean failed() {
    return failed || error.present();
  }

  boolean hasStatus() {
    return statusEnd > statusStart;
  }

  void tellFinish(JsonReader json, StreamSink sink) {
    String raw = json.rangeString(statusStart, statusEnd, DialectParser.REASON_CHARS_MAX);
    boolean why = incomplete && reasonEnd > reasonStart;
    String telling =
        why ? json.rangeString(reasonStart, reasonEnd, DialectParser.REASON_CHARS_MAX) : raw;
    sink.finished(0, FinishWords.meaning(telling), raw);
  }

  private void field(JsonReader json, EngineTimings timings) {
    if (json.nameIs(FieldName.MODEL)) {
      if (json.filledString()) {
        modelStart = json.stringStart();
        modelEnd = json.stringEnd();
      }
    } else if (json.nameIs(FieldName.STATUS)) {
      status(json);
    } else if (json.nameIs(FieldName.INCOMPLETE_DETAILS)) {
      reason(json);
    } else if (json.nameIs(FieldName.USAGE)) {
      usage.read(json);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else if (json.nameIs(FieldName.TIMINGS)) {
      timings.read(json);
    } else {
      json.skipValue();
    }
  }

  private void status(JsonReader json) {
    if (json.filledString()) {
      statusStart = json.stringStart();
      statusEnd = json.stringEnd();
      incomplete = json.stringIs(INCOMPLETE);
      failed = json.stringIs(FAILED);
    }
  }

  private void reason(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.REASON) && json.filledString()) {
        reasonStart = json.stringStart();
        reasonEnd = json.stringEnd();
      } else if (!json.nameIs(FieldName.REASON)) {
        json.skipValue();
      }
    }
  }
}
