package dev.streamgauge.report.compare;

import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketch;
import dev.streamgauge.report.measure.Sketches;
import dev.streamgauge.report.run.Run;
import dev.streamgauge.report.run.Run.Observed;
import dev.streamgauge.report.run.Run.Shares;
import dev.streamgauge.report.run.TargetSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two runs beside each other.
 *
 * @param quantiles of all requests, then of each model that is in both, the busiest first
 * @param shares of failures, and of requests that kept each target
 */
public record Comparison(List<QuantileRow> quantiles, List<ShareRow> shares) {
  private static final double[] QUANTILES = {0.5, 0.9, 0.99};

  /**
   * One quantile of one figure, in microseconds.
   *
   * @param model null for all, and for requests that name none
   */
  public record QuantileRow(
      boolean all,
      @Nullable String model,
      Figure figure,
      double quantile,
      Estimate now,
      Estimate before,
      Difference difference) {}

  /** A share of the requests, 0 to 1. */
  public record ShareRow(String what, Estimate now, Estimate before, Difference difference) {}

  public static Comparison of(Run now, Run before) {
    List<Observed> earlier = before.observed();
    List<QuantileRow> quantiles = new ArrayList<>();
    for (Observed observed : now.observed()) {
      for (Observed other : earlier) {
        if (observed.all() == other.all() && Objects.equals(observed.model(), other.model())) {
          addQuantiles(observed, other, quantiles);
        }
      }
    }
    return new Comparison(List.copyOf(quantiles), shares(now.shares(), before.shares()));
  }

  private static void addQuantiles(Observed now, Observed before, List<QuantileRow> to) {
    for (Figure figure : Figure.values()) {
      Sketch nowSketch = now.whole().find(figure);
      Sketch beforeSketch = before.whole().find(figure);
      if (figure.overTime() && nowSketch != null && beforeSketch != null) {
        for (double quantile : QUANTILES) {
          Estimate a = QuantileEstimate.of(nowSketch, parts(now, figure), quantile);
          Estimate b = QuantileEstimate.of(beforeSketch, parts(before, figure), quantile);
          to.add(
              new QuantileRow(now.all(), now.model(), figure, quantile, a, b, Difference.of(a, b)));
        }
      }
    }
  }

  private static List<@Nullable Sketch> parts(Observed observed, Figure figure) {
    List<@Nullable Sketch> parts = new ArrayList<>();
    for (Sketches part : observed.parts()) {
      parts.add(part.find(figure));
    }
    return parts;
  }

  private static List<ShareRow> shares(Shares now, Shares before) {
    List<ShareRow> rows = new ArrayList<>();
    add(
        "failures",
        estimate(now, Shares::failures, Shares::inferences),
        estimate(before, Shares::failures, Shares::inferences),
        rows);
    for (int i = 0; i < now.targets().size(); i++) {
      int target = i;
      TargetSummary summary = now.targets().get(i);
      ToLongFunction<Shares> met = shares -> shares.targets().get(target).met();
      ToLongFunction<Shares> judged = shares -> shares.targets().get(target).judged();
      add(
          summary.name() + ":" + summary.terms(),
          estimate(now, met, judged),
          estimate(before, met, judged),
          rows);
    }
    return List.copyOf(rows);
  }

  private static void add(
      String what, @Nullable Estimate now, @Nullable Estimate before, List<ShareRow> to) {
    if (now != null && before != null) {
      to.add(new ShareRow(what, now, before, Difference.of(now, before)));
    }
  }

  private static @Nullable Estimate estimate(
      Shares shares, ToLongFunction<Shares> hits, ToLongFunction<Shares> counts) {
    return ShareEstimate.of(
        shares.parts().stream().mapToLong(hits).toArray(),
        shares.parts().stream().mapToLong(counts).toArray(),
        hits.applyAsLong(shares),
        counts.applyAsLong(shares));
  }
}
