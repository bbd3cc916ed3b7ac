package dev.streamgauge.report.compare;

import org.jspecify.annotations.Nullable;

/** A share's interval by Wilson's method (1927), of as many requests as they are worth. */
final class ShareEstimate {
  private ShareEstimate() {}

  /** Null without a request. */
  static @Nullable Estimate of(long[] hits, long[] counts, long hitsAll, long countAll) {
    if (countAll == 0) {
      return null;
    }
    Blocks blocks = Blocks.of(hits, counts);
    double share = (double) hitsAll / countAll;
    double worth = countAll / Blocks.effect(blocks);
    double z = Blocks.errors(blocks);
    double z2 = z * z / worth;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = z / (1 + z2) * Math.sqrt(share * (1 - share) / worth + z2 / (4 * worth));
    return new Estimate(
        countAll,
        share,
        blocks == null ? null : (Double) blocks.designEffect(),
        new Interval(Math.max(0, middle - half), Math.min(1, middle + half)));
  }
}
