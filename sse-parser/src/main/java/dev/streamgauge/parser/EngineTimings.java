package dev.streamgauge.parser;

/**
 * llama.cpp's {@code timings} object, as one frame has it: what one choice took so far. Its {@code
 * prompt_n} leaves out what came from the cache, {@code cache_n}.
 */
final class EngineTimings {
  private static final int MILLIS_TO_NANOS = 6;

  long cached;
  long prompt;
  long predicted;
  long prefillNanos;
  long decodeNanos;

  EngineTimings() {
    clear();
  }

  void clear() {
    cached = StreamSink.UNKNOWN;
    prompt = StreamSink.UNKNOWN;
    predicted = StreamSink.UNKNOWN;
    prefillNanos = StreamSink.UNKNOWN;
    decodeNanos = StreamSink.UNKNOWN;
  }

  /** Whether the prompt is done: before that the counts are those of a part of it. */
  boolean present() {
    return predicted > 0;
  }

  /** Unknown where the server is too old to say what came from the cache. */
  long input() {
    boolean known = prompt >= 0 && cached >= 0;
    return known ? prompt + cached : StreamSink.UNKNOWN;
  }

  void read(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CACHE_N)) {
        cached = json.readCount();
      } else if (json.nameIs(FieldName.PROMPT_N)) {
        prompt = json.readCount();
      } else if (json.nameIs(FieldName.PROMPT_MS)) {
        prefillNanos = json.readScaled(MILLIS_TO_NANOS);
      } else if (json.nameIs(FieldName.PREDICTED_N)) {
        predicted = json.readCount();
      } else if (json.nameIs(FieldName.PREDICTED_MS)) {
        decodeNanos = json.readScaled(MILLIS_TO_NANOS);
      } else {
        json.skipValue();
      }
    }
  }

  /** Where they are those of the whole answer. */
  void tell(StreamSink sink) {
    sink.usage(
        TokenSource.ENGINE, input(), predicted, cached, StreamSink.UNKNOWN, StreamSink.UNKNOWN);
    tellTimes(sink);
  }

  void tellTimes(StreamSink sink) {
    sink.engineTimes(StreamSink.UNKNOWN, prefillNanos, decodeNanos, StreamSink.UNKNOWN);
  }
}
