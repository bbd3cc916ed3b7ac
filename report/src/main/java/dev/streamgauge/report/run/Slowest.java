package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** So many requests with the largest value of one figure. For one thread. */
final class Slowest {
  private static final Comparator<Entry> BY_VALUE = Comparator.comparingLong(Entry::micros);

  private final int max;
  private final PriorityQueue<Entry> entries = new PriorityQueue<>(BY_VALUE);

  private record Entry(long micros, LoggedRequest request) {}

  Slowest(int max) {
    this.max = max;
  }

  void add(@Nullable Long micros, LoggedRequest request) {
    if (micros == null) {
      return;
    }
    if (entries.size() < max) {
      entries.add(new Entry(micros, request));
    } else if (entries.element().micros() < micros) {
      entries.remove();
      entries.add(new Entry(micros, request));
    }
  }

  /** The slowest first. */
  List<LoggedRequest> inOrder() {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(BY_VALUE.reversed());
    return sorted.stream().map(Entry::request).toList();
  }
}
