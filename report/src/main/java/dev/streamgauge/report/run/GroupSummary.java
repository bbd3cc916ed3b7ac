package dev.streamgauge.report.run;

import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import dev.streamgauge.timeline.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one model, or of all.
 *
 * @param model null for all, and for those that name none
 * @param inferences without those of the operation {@code other}; all that follows is of them, but
 *     the outcomes
 * @param failures neither well nor the caller's doing
 * @param figures those that have values
 * @param energy null where no request has a share
 * @param targets in the order of the options
 */
public record GroupSummary(
    @Nullable String model,
    long requests,
    long inferences,
    long failures,
    Map<Outcome, Long> outcomes,
    long inputTokens,
    long outputTokens,
    long stalls,
    @Nullable Energy energy,
    Map<Figure, Stats> figures,
    List<TargetSummary> targets) {

  public long outcome(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }
}
