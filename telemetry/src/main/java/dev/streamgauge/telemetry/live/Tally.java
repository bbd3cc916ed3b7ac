package dev.streamgauge.telemetry.live;

import java.util.EnumMap;
import java.util.Map;

/** How often each case of an enum was seen. One thread. */
final class Tally<E extends Enum<E>> {
  private final Map<E, Long> counts;

  Tally(Class<E> type) {
    counts = new EnumMap<>(type);
  }

  void add(E seen) {
    counts.merge(seen, 1L, Long::sum);
  }

  void add(Tally<E> other) {
    other.counts.forEach((seen, count) -> counts.merge(seen, count, Long::sum));
  }

  long of(E seen) {
    return counts.getOrDefault(seen, 0L);
  }

  long sum() {
    long sum = 0;
    for (long count : counts.values()) {
      sum += count;
    }
    return sum;
  }

  void clear() {
    counts.clear();
  }
}
