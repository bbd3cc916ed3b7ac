package dev.streamgauge.report.page;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one request went, in microseconds; the parts add up to its duration.
 *
 * @param prefill up to the first token; without one 0, and all is rest
 */
record Split(long queue, long connect, long prefill, long generation, long rest) {
  static Split of(LoggedRequest request) {
    long left = request.times().duration();
    long queue = Math.min(left, orZero(request.times().queue()));
    left -= queue;
    long connect = Math.min(left, orZero(request.times().connect()));
    left -= connect;
    long prefill = Math.min(left, orZero(Figure.prefill(request.times())));
    left -= prefill;
    long generation = Math.min(left, orZero(Figure.generation(request.times())));
    return new Split(queue, connect, prefill, generation, left - generation);
  }

  long whole() {
    return queue + connect + prefill + generation + rest;
  }

  private static long orZero(@Nullable Long micros) {
    return micros == null ? 0 : micros;
  }
}
