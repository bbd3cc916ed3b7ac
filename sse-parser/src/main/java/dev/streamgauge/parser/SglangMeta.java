package dev.streamgauge.parser;

/**
 * SGLang's {@code meta_info}, as one frame has it: running counts of one choice, how it ended, and
 * when its stages began. Times are in seconds, most of them since 1970.
 */
final class SglangMeta {
  private static final int SECONDS_TO_NANOS = 9;
  private static final int ERROR_STATUS_MIN = 400;
  private static final byte[] ABORT = Ascii.bytes("abort");

  long prompt;
  long completion;
  long cached;
  long reasoning;
  long queueNanos;
  int typeStart;
  int typeEnd;

  private boolean aborted;
  private long status;
  private long forwardNanos;
  private long prefilledNanos;
  private long finishedNanos;

  void clear() {
    prompt = StreamSink.UNKNOWN;
    completion = StreamSink.UNKNOWN;
    cached = StreamSink.UNKNOWN;
    reasoning = StreamSink.UNKNOWN;
    queueNanos = StreamSink.UNKNOWN;
    typeStart = 0;
    typeEnd = 0;
    aborted = false;
    status = StreamSink.UNKNOWN;
    forwardNanos = StreamSink.UNKNOWN;
    prefilledNanos = StreamSink.UNKNOWN;
    finishedNanos = StreamSink.UNKNOWN;
  }

  boolean finished() {
    return typeEnd > typeStart;
  }

  /** Ended by the scheduler for a reason that would have been an HTTP error before the stream. */
  boolean failed() {
    return aborted && status >= ERROR_STATUS_MIN;
  }

  boolean hasTimes() {
    return queueNanos >= 0 || prefillNanos() >= 0;
  }

  long prefillNanos() {
    return between(forwardNanos, prefilledNanos);
  }

  /** Until the request was done; known at its end. */
  long decodeNanos() {
    return between(prefilledNanos, finishedNanos);
  }

  private static long between(long fromNanos, long toNanos) {
    return fromNanos <= 0 || toNanos < fromNanos ? StreamSink.UNKNOWN : toNanos - fromNanos;
  }

  void read(JsonReader json, ErrorText error) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.COMPLETION_TOKENS)) {
        completion = json.readCount();
      } else if (json.nameIs(FieldName.PROMPT_TOKENS)) {
        prompt = json.readCount();
      } else if (json.nameIs(FieldName.CACHED_TOKENS)) {
        cached = json.readCount();
      } else if (json.nameIs(FieldName.REASONING_TOKENS)) {
        reasoning = json.readCount();
      } else if (json.nameIs(FieldName.FINISH_REASON)) {
        finishReason(json, error);
      } else {
        time(json);
      }
    }
  }

  private void time(JsonReader json) {
    if (json.nameIs(FieldName.QUEUE_TIME)) {
      queueNanos = json.readScaled(SECONDS_TO_NANOS);
    } else if (json.nameIs(FieldName.FORWARD_ENTRY_TIME)) {
      forwardNanos = json.readScaled(SECONDS_TO_NANOS);
    } else if (json.nameIs(FieldName.PREFILL_FINISHED_TIME)) {
      prefilledNanos = json.readScaled(SECONDS_TO_NANOS);
    } else if (json.nameIs(FieldName.REQUEST_FINISHED_TS)) {
      finishedNanos = json.readScaled(SECONDS_TO_NANOS);
    } else {
      json.skipValue();
    }
  }

  /** An object with a {@code type}; of old servers the word alone. */
  private void finishReason(JsonReader json, ErrorText error) {
    if (json.peek() != JsonKind.OBJECT) {
      type(json);
      return;
    }
    json.enterObject();
    while (json.nextField()) {
      if (json.nameIs(FieldName.TYPE)) {
        type(json);
      } else if (json.nameIs(FieldName.MESSAGE)) {
        error.readFlatMessage(json);
      } else if (json.nameIs(FieldName.STATUS_CODE)) {
        status = json.readCount();
      } else {
        json.skipValue();
      }
    }
  }

  private void type(JsonReader json) {
    if (json.filledString()) {
      typeStart = json.stringStart();
      typeEnd = json.stringEnd();
      aborted = json.stringIs(ABORT);
    }
  }
}
