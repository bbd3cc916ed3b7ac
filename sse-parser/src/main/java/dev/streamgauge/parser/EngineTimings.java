package dev.streamgauge.parser;

/**
 * llama.cpp's {@code timings} object, as one frame has it: what one choice took so far. Its {@code
 * prompt_n} leaves out what came from the cache, {@code cache_n}.
 */
final class EngineTimings {
  private static final int MILLIS_TO_NANOS = 6;
  private static final byte[] CACHE_N = Ascii.bytes("cache_n");
  private static final byte[] PROMPT_N = Ascii.bytes("prompt_n");
  private static final byte[] PROMPT_MS = Ascii.bytes("prompt_ms");
  private static final byte[] PREDICTED_N = Ascii.bytes("predicted_n");
  private static final byte[] PREDICTED_MS = Ascii.bytes("predicted_ms");

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

  long input() {
    return DialectParser.sum(prompt, cached);
  }

  void read(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(CACHE_N)) {
        cached = json.readCount();
      } else if (json.nameIs(PROMPT_N)) {
        prompt = json.readCount();
      } else if (json.nameIs(PROMPT_MS)) {
        prefillNanos = json.readScaled(MILLIS_TO_NANOS);
      } else if (json.nameIs(PREDICTED_N)) {
        predicted = json.readCount();
      } else if (json.nameIs(PREDICTED_MS)) {
        decodeNanos = json.readScaled(MILLIS_TO_NANOS);
      } else {
        json.skipValue();
      }
    }
  }

  void tellTimes(StreamSink sink) {
    sink.engineTimes(StreamSink.UNKNOWN, prefillNanos, decodeNanos, StreamSink.UNKNOWN);
  }
}
