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

  /** False, and nothing is changed, where it is too far away from those before it. */
  boolean add(
      long atMillis, LoggedRequest request, int model, List<Targets.@Nullable Verdict> verdicts) {
    if (!hasRoomFor(atMillis, WIDTHS_SECONDS.length - 1)) {
      outside++;
      return false;
    }
    while (!hasRoomFor(atMillis, width)) {
      widen();
    }
    parts
        .computeIfAbsent(number(atMillis), _ -> new TimePart(targets))
        .add(request, model, verdicts);
    return true;
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

  /** Whether so many parts of that width, the present one or a larger, reach to that moment. */
  private boolean hasRoomFor(long atMillis, int ofWidth) {
    if (parts.isEmpty()) {
      return true;
    }
    long factor = WIDTHS_SECONDS[ofWidth] / WIDTHS_SECONDS[width];
    long number = Math.floorDiv(atMillis, WIDTHS_SECONDS[ofWidth] * 1000);
    long first = Math.floorDiv(parts.firstKey(), factor);
    long last = Math.floorDiv(parts.lastKey(), factor);
    return Math.max(last, number) - Math.min(first, number) < PARTS_MAX;
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
