package dev.streamgauge.timeline;

import dev.streamgauge.parser.StreamSink;
import org.jspecify.annotations.Nullable;

/** Where the engine says its own time went, so far: the last word counts. */
final class EngineSpans {
  private long queueNanos = StreamSink.UNKNOWN;
  private long prefillNanos = StreamSink.UNKNOWN;
  private long decodeNanos = StreamSink.UNKNOWN;
  private long loadNanos = StreamSink.UNKNOWN;

  void set(long queue, long prefill, long decode, long load) {
    queueNanos = queue;
    prefillNanos = prefill;
    decodeNanos = decode;
    loadNanos = load;
  }

  /** Null if it said nothing. */
  RequestRecord.@Nullable EngineTimes times() {
    if ((queueNanos & prefillNanos & decodeNanos & loadNanos) < 0) {
      return null;
    }
    return new RequestRecord.EngineTimes(
        known(queueNanos), known(prefillNanos), known(decodeNanos), known(loadNanos));
  }

  private static @Nullable Long known(long nanos) {
    return nanos < 0 ? null : (Long) nanos;
  }
}
