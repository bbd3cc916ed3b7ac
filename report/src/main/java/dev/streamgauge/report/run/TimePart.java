package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketches;
import dev.streamgauge.timeline.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came in one part of the time. For one thread. */
final class TimePart {
  private static final List<Figure> FIGURES =
      List.of(Figure.values()).stream().filter(Figure::overTime).toList();

  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final List<@Nullable Sketches> byModel = new ArrayList<>();
  private final Targets.Counts targets;
  private long inferences;
  private long failures;
  private long outputTokens;
  private double joules;
  private long joulesTokens;

  TimePart(Targets targets) {
    this.targets = targets.counts();
  }

  void add(LoggedRequest request, int model, List<Targets.@Nullable Verdict> verdicts) {
    outcomes.merge(request.outcome(), 1L, Long::sum);
    if (request.other()) {
      return;
    }
    inferences++;
    failures += request.outcome().isFailure() ? 1 : 0;
    targets.add(verdicts);
    Sketches sketches = sketches(model);
    for (Figure figure : FIGURES) {
      sketches.add(request, figure);
    }
    Long tokens = request.tokens().output();
    outputTokens += tokens == null ? 0 : tokens;
    if (tokens != null && request.energyJoules() != null) {
      joules += request.energyJoules();
      joulesTokens += tokens;
    }
  }

  void add(TimePart other) {
    other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
    for (int model = 0; model < other.byModel.size(); model++) {
      Sketches sketches = other.byModel.get(model);
      if (sketches != null) {
        sketches(model).add(sketches);
      }
    }
    targets.add(other.targets);
    inferences += other.inferences;
    failures += other.failures;
    outputTokens += other.outputTokens;
    joules += other.joules;
    joulesTokens += other.joulesTokens;
  }

  private Sketches sketches(int model) {
    while (byModel.size() <= model) {
      byModel.add(null);
    }
    Sketches sketches = byModel.get(model);
    if (sketches == null) {
      sketches = new Sketches(Sketches.BITS_PART);
      byModel.set(model, sketches);
    }
    return sketches;
  }

  /** Null where none of its requests came. */
  @Nullable Sketches find(int model) {
    return model < byModel.size() ? byModel.get(model) : null;
  }

  Sketches ofAllModels() {
    Sketches all = new Sketches(Sketches.BITS_PART);
    for (Sketches sketches : byModel) {
      if (sketches != null) {
        all.add(sketches);
      }
    }
    return all;
  }

  Map<Outcome, Long> outcomes() {
    return outcomes;
  }

  Targets.Counts targets() {
    return targets;
  }

  long inferences() {
    return inferences;
  }

  long failures() {
    return failures;
  }

  long outputTokens() {
    return outputTokens;
  }

  /** Null where it is not known of any request. */
  @Nullable Double joulesPerOutputToken() {
    return joulesTokens == 0 ? null : (Double) (joules / joulesTokens);
  }
}
