package dev.streamgauge.report.compare;

import dev.streamgauge.report.measure.Sketch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A quantile's interval by Woodruff's method (1952): an interval for the share of requests below
 * it, read off the distribution at both ends. It needs no form of the distribution. The ends are
 * those of the sketch's buckets, so that the sketch's own error is in it.
 */
final class QuantileEstimate {
  private QuantileEstimate() {}

  /**
   * Of a sketch with at least one value.
   *
   * @param parts the same values by time; null where there were none
   */
  static Estimate of(Sketch whole, List<@Nullable Sketch> parts, double quantile) {
    Blocks blocks = blocks(parts, Math.round(whole.quantile(quantile)));
    double effect = Blocks.effect(blocks);
    double reach =
        Blocks.errors(blocks) * Math.sqrt(quantile * (1 - quantile) * effect / whole.count());
    return new Estimate(
        whole.count(),
        whole.quantile(quantile),
        blocks == null ? null : (Double) effect,
        interval(whole, quantile - reach, quantile + reach));
  }

  private static @Nullable Interval interval(Sketch whole, double from, double to) {
    long lowRank = (long) Math.floor(from * whole.count());
    long highRank = (long) Math.ceil(to * whole.count()) + 1;
    return lowRank < 1 || highRank > whole.count()
        ? null
        : new Interval(whole.lowerAt(lowRank), whole.upperAt(highRank));
  }

  private static @Nullable Blocks blocks(List<@Nullable Sketch> parts, long micros) {
    long[] below = new long[parts.size()];
    long[] counts = new long[parts.size()];
    for (int i = 0; i < counts.length; i++) {
      Sketch part = parts.get(i);
      if (part != null) {
        below[i] = part.countUpTo(micros);
        counts[i] = part.count();
      }
    }
    return Blocks.of(below, counts);
  }
}
