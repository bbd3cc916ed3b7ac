package dev.streamgauge.report.compare;

import org.jspecify.annotations.Nullable;

/**
 * How much less a run's requests say than as many independent ones would. Requests of the same
 * minute share its load, so the run is cut into blocks of time, and a share of its requests has the
 * variance that these blocks show (a ratio estimator over clusters; Cochran, Sampling Techniques,
 * chapter 6), with what neighbours have in common where that makes it larger.
 *
 * @param designEffect that variance by the one of independent requests, at least 1
 * @param blocks that it comes from
 */
record Blocks(double designEffect, int blocks) {
  /** At most twice as many. More would be shorter than what their requests have in common. */
  static final int BLOCKS_MIN = 12;

  /**
   * Of a share.
   *
   * @param hits of each part of the time, in order, those that count
   * @param counts of each part, all
   * @return null where there are too few parts to tell
   */
  static @Nullable Blocks of(long[] hits, long[] counts) {
    int partsOfBlock = counts.length / BLOCKS_MIN;
    if (partsOfBlock == 0) {
      return null;
    }
    long all = sum(counts, 0, counts.length);
    double share = (double) sum(hits, 0, hits.length) / Math.max(1, all);
    double independent = share * (1 - share) * all;
    int blocks = Math.ceilDiv(counts.length, partsOfBlock);
    double[] off = new double[blocks];
    for (int block = 0; block < blocks; block++) {
      int from = block * partsOfBlock;
      int to = Math.min(counts.length, from + partsOfBlock);
      off[block] = sum(hits, from, to) - share * sum(counts, from, to);
    }
    return new Blocks(independent <= 0 ? 1 : Math.max(1, variance(off) / independent), blocks);
  }

  private static double variance(double[] off) {
    double squares = 0;
    double neighbours = 0;
    for (int i = 0; i < off.length; i++) {
      squares += off[i] * off[i];
      neighbours += i == 0 ? 0 : off[i] * off[i - 1];
    }
    return squares * off.length / (off.length - 1) + Math.max(0, 2 * neighbours);
  }

  /** How many standard errors an interval reaches. */
  static double errors(@Nullable Blocks blocks) {
    return blocks == null ? StudentT.normal() : StudentT.of(blocks.blocks() - 1);
  }

  static double effect(@Nullable Blocks blocks) {
    return blocks == null ? 1 : blocks.designEffect();
  }

  private static long sum(long[] values, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }
}
