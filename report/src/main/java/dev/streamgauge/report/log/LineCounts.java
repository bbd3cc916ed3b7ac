package dev.streamgauge.report.log;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How many lines there were, and where those stand that could not be used. For one thread. */
public final class LineCounts {
  /** For each reason. */
  private static final int EXAMPLES_MAX = 3;

  private final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class);
  private final Map<Rejection, List<String>> examples = new EnumMap<>(Rejection.class);
  private long lines;

  void add(Line line, String file, long number) {
    lines++;
    switch (line) {
      case LoggedRequest _ -> {}
      case Rejection reason -> reject(reason, file, number);
    }
  }

  private void reject(Rejection reason, String file, long number) {
    rejected.merge(reason, 1L, Long::sum);
    List<String> places = examples.computeIfAbsent(reason, _ -> new ArrayList<>());
    if (places.size() < EXAMPLES_MAX) {
      places.add(file + ":" + number);
    }
  }

  public long lines() {
    return lines;
  }

  /** By reason, those that came; an example is FILE:LINE. */
  public List<Rejected> rejected() {
    List<Rejected> all = new ArrayList<>();
    rejected.forEach(
        (reason, count) ->
            all.add(
                new Rejected(
                    reason, count, List.copyOf(examples.getOrDefault(reason, List.of())))));
    return List.copyOf(all);
  }

  /**
   * Lines that were left out for one reason.
   *
   * @param examples where the first of them stand
   */
  public record Rejected(Rejection reason, long lines, List<String> examples) {}
}
