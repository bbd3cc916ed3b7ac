package dev.streamgauge.parser;

/**
 * vLLM's {@code metrics} object, in the last piece where per-request metrics are on: milliseconds
 * in vLLM's own queue, from there to the first token, and from that to the last one.
 */
final class VllmMetrics {
  private static final int MILLIS_TO_NANOS = 6;

  private long queueNanos;
  private long prefillNanos;
  private long decodeNanos;

  VllmMetrics() {
    clear();
  }

  void clear() {
    queueNanos = StreamSink.UNKNOWN;
    prefillNanos = StreamSink.UNKNOWN;
    decodeNanos = StreamSink.UNKNOWN;
  }

  boolean present() {
    return queueNanos >= 0 || prefillNanos >= 0 || decodeNanos >= 0;
  }

  void read(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.QUEUE_TIME_MS)) {
        queueNanos = json.readScaled(MILLIS_TO_NANOS);
      } else if (json.nameIs(FieldName.TIME_TO_FIRST_TOKEN_MS)) {
        prefillNanos = json.readScaled(MILLIS_TO_NANOS);
      } else if (json.nameIs(FieldName.GENERATION_TIME_MS)) {
        decodeNanos = json.readScaled(MILLIS_TO_NANOS);
      } else {
        json.skipValue();
      }
    }
  }

  void tell(StreamSink sink) {
    sink.engineTimes(queueNanos, prefillNanos, decodeNanos, StreamSink.UNKNOWN);
  }
}
