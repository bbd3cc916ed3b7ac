package dev.streamgauge.report.run;

import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketches;
import dev.streamgauge.timeline.Outcome;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums over the requests of one model, or of all. For one thread. */
final class Totals {
  private final Sketches sketches = new Sketches(Sketches.BITS_WHOLE);
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Targets.Counts targets;
  private long requests;
  private long inferences;
  private long failures;
  private long inputTokens;
  private long outputTokens;
  private long stalls;
  private double joules;
  private long joulesRequests;
  private long joulesTokens;
  private double joulesOfTokens;

  Totals(Targets targets) {
    this.targets = targets.counts();
  }

  void add(LoggedRequest request, List<Targets.@Nullable Verdict> verdicts) {
    requests++;
    outcomes.merge(request.outcome(), 1L, Long::sum);
    if (request.other()) {
      return;
    }
    inferences++;
    failures += request.outcome().isFailure() ? 1 : 0;
    targets.add(verdicts);
    for (Figure figure : Figure.values()) {
      sketches.add(request, figure);
    }
    inputTokens += orZero(request.tokens().input());
    outputTokens += orZero(request.tokens().output());
    stalls += orZero(request.tokens().stalls());
    addEnergy(request.energyJoules(), request.tokens().output());
  }

  private void addEnergy(@Nullable Double requestJoules, @Nullable Long tokens) {
    if (requestJoules == null) {
      return;
    }
    joules += requestJoules;
    joulesRequests++;
    if (tokens != null) {
      joulesTokens += tokens;
      joulesOfTokens += requestJoules;
    }
  }

  void add(Totals other) {
    sketches.add(other.sketches);
    other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
    targets.add(other.targets);
    requests += other.requests;
    inferences += other.inferences;
    failures += other.failures;
    inputTokens += other.inputTokens;
    outputTokens += other.outputTokens;
    stalls += other.stalls;
    joules += other.joules;
    joulesRequests += other.joulesRequests;
    joulesTokens += other.joulesTokens;
    joulesOfTokens += other.joulesOfTokens;
  }

  long requests() {
    return requests;
  }

  long inferences() {
    return inferences;
  }

  long failures() {
    return failures;
  }

  Sketches sketches() {
    return sketches;
  }

  Targets.Counts targets() {
    return targets;
  }

  GroupSummary summary(@Nullable String model) {
    return new GroupSummary(
        model,
        requests,
        inferences,
        failures,
        new EnumMap<>(outcomes),
        inputTokens,
        outputTokens,
        stalls,
        energy(),
        sketches.stats(),
        targets.summaries());
  }

  private @Nullable Energy energy() {
    return joulesRequests == 0
        ? null
        : new Energy(
            joules,
            joulesRequests,
            joulesTokens,
            joulesTokens == 0 ? null : (Double) (joulesOfTokens / joulesTokens));
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
