package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the first requests that have a time, and then tells them from the middle one outwards: a
 * clock that was wrong when the log began does not decide where the run is. For one thread.
 */
final class FirstTimes {
  /** At most 3 MiB. A wrong clock has to have written half of them to be believed. */
  static final int HELD_MAX = 1024;

  /** A request, its time, and what was found of it. */
  record Held(
      long atMillis, LoggedRequest request, int model, List<Targets.@Nullable Verdict> verdicts) {}

  private final List<Held> held = new ArrayList<>();

  void add(Held first) {
    held.add(first);
  }

  boolean isFull() {
    return held.size() >= HELD_MAX;
  }

  /** All that is held, the median time first, then by the distance from it; holds none then. */
  List<Held> fromTheMiddle() {
    held.sort(Comparator.comparingLong(Held::atMillis));
    List<Held> ordered = List.copyOf(held);
    held.clear();
    if (ordered.isEmpty()) {
      return ordered;
    }
    long middle = ordered.get(ordered.size() / 2).atMillis();
    return ordered.stream()
        .sorted(Comparator.comparingLong(each -> Math.abs(each.atMillis() - middle)))
        .toList();
  }
}
