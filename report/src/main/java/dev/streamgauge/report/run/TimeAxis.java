package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests by the time at which they came, in parts of one width. Where a run becomes longer than
 * {@link #PARTS_MAX} parts, neighbours are put together; each width is a multiple of the one
 * before. For one thread.
 */
final class TimeAxis {
  static final int PARTS_MAX = 180;

  private static final long[] WIDTHS_SECONDS = {
    1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800
  };

  private final Targets targets;
  private TreeMap<Long, TimePart> parts = new TreeMap<>();
  private int width;
  private long outside;

  TimeAxis(Targets targets) {
    this.targets = targets;
  }

  void add(
      long atMillis, LoggedRequest request, int model, List<Targets.@Nullable Verdict> verdicts) {
    while (!hasRoomFor(number(atMillis))) {
      if (width == WIDTHS_SECONDS.length - 1) {
        outside++;
        return;
      }
      widen();
    }
    parts
        .computeIfAbsent(number(atMillis), _ -> new TimePart(targets))
        .add(request, model, verdicts);
  }

  /** Requests too far away from the others to be on one axis with them. */
  long outside() {
    return outside;
  }

  long widthMillis() {
    return WIDTHS_SECONDS[width] * 1000;
  }

  long startMillis(long number) {
    return number * widthMillis();
  }

  /** From the first to the last, also those in which nothing came. */
  SortedMap<Long, TimePart> parts() {
    if (parts.isEmpty()) {
      return parts;
    }
    for (long number = parts.firstKey(); number < parts.lastKey(); number++) {
      parts.computeIfAbsent(number, _ -> new TimePart(targets));
    }
    return parts;
  }

  private long number(long atMillis) {
    return Math.floorDiv(atMillis, widthMillis());
  }

  private boolean hasRoomFor(long number) {
    return parts.isEmpty()
        || Math.max(parts.lastKey(), number) - Math.min(parts.firstKey(), number) < PARTS_MAX;
  }

  private void widen() {
    long factor = WIDTHS_SECONDS[width + 1] / WIDTHS_SECONDS[width];
    width++;
    TreeMap<Long, TimePart> wider = new TreeMap<>();
    parts.forEach(
        (number, part) ->
            wider.merge(
                Math.floorDiv(number, factor),
                part,
                (first, next) -> {
                  first.add(next);
                  return first;
                }));
    parts = wider;
  }
}
