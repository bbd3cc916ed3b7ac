package dev.streamgauge.parser;

/** TensorRT-LLM's moments of one request, in seconds of the engine's own clock; 0 if not known. */
final class PerfMetrics {
  private static final int ARRIVAL = 1;
  private static final int FIRST_SCHEDULED = 2;
  private static final int FIRST_TOKEN = 3;
  private static final int LAST_TOKEN = 4;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double SECONDS_MAX = 1e6;

  private double arrival;
  private double firstScheduled;
  private double firstToken;
  private double lastToken;

  void clear() {
    arrival = 0;
    firstScheduled = 0;
    firstToken = 0;
    lastToken = 0;
  }

  void read(ProtoReader proto) {
    if (!proto.enter()) {
      return;
    }
    while (proto.next()) {
      switch (proto.field()) {
        case ARRIVAL -> arrival = proto.real();
        case FIRST_SCHEDULED -> firstScheduled = proto.real();
        case FIRST_TOKEN -> firstToken = proto.real();
        case LAST_TOKEN -> lastToken = proto.real();
        default -> {}
      }
    }
    proto.leave();
  }

  void tell(StreamSink sink) {
    long queue = nanosBetween(arrival, firstScheduled);
    long prefill = nanosBetween(firstScheduled, firstToken);
    long decode = nanosBetween(firstToken, lastToken);
    if (Math.max(queue, Math.max(prefill, decode)) >= 0) {
      sink.engineTimes(queue, prefill, decode, StreamSink.UNKNOWN);
    }
  }

  private static long nanosBetween(double from, double to) {
    double seconds = to - from;
    boolean known = from > 0 && to >= from && seconds < SECONDS_MAX;
    return known ? Math.round(seconds * NANOS_PER_SECOND) : StreamSink.UNKNOWN;
  }
}
