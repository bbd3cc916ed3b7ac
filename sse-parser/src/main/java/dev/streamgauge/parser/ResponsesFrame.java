package dev.streamgauge.parser;

/** One event of OpenAI's Responses, or a whole response, read but not yet told. */
final class ResponsesFrame extends ObjectFrame {
  final ResponseObject response = new ResponseObject();
  final EngineTimings timings = new EngineTimings();
  final ErrorText error = new ErrorText();

  ResponsesEvent event = ResponsesEvent.OTHER;

  /** Where a delta's string lies; empty if there is none. */
  int deltaStart;

  int deltaEnd;

  /** Reads a response that is the whole answer; false if no object stands there. */
  boolean readResponse(JsonReader json) {
    forget();
    return json.peek() == JsonKind.OBJECT && response.read(json, timings);
  }

  boolean hasDelta() {
    return deltaEnd > deltaStart;
  }

  @Override
  void clear() {
    response.clear();
    timings.clear();
    error.clear();
    event = ResponsesEvent.OTHER;
    deltaStart = 0;
    deltaEnd = 0;
  }

  @Override
  void field(JsonReader json) {
    if (json.nameIs(FieldName.TYPE)) {
      event = json.filledString() ? json.stringAmong(ResponsesEvent.TABLE, event) : event;
    } else if (json.nameIs(FieldName.DELTA)) {
      if (json.filledString()) {
        deltaStart = json.stringStart();
        deltaEnd = json.stringEnd();
      }
    } else if (json.nameIs(FieldName.RESPONSE)) {
      response.read(json, timings);
    } else if (json.nameIs(FieldName.TIMINGS)) {
      timings.read(json);
    } else if (json.nameIs(FieldName.ERROR)) {
      error.readError(json);
    } else if (json.nameIs(FieldName.MESSAGE)) {
      error.readFlatMessage(json);
    } else {
      json.skipValue();
    }
  }
}
