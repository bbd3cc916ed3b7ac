package dev.streamgauge.report.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.report.measure.Sketch;
import dev.streamgauge.report.measure.Sketches;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The intervals hold the true value as often as they say, 95 times in 100: over runs made at random
 * from distributions whose quantiles are known. With so many tries chance alone moves the share by
 * one point; fewer than 93 would be too bold, and that all hold it would say nothing.
 */
class CoverageTest {
  private static final int TRIES = 1000;
  private static final double LEAST = 0.93;

  /** Of the standard normal distribution. */
  private static final double[][] QUANTILES = {
    {0.5, 0}, {0.9, 1.2815515655446004}, {0.99, 2.3263478740408408}
  };

  /** Parts of the time in a run. */
  private static final int PARTS = 120;

  private final Random random = new Random(20);

  private record Sampled(Sketch whole, List<@Nullable Sketch> parts) {
    Estimate quantile(double quantile) {
      return QuantileEstimate.of(whole, parts, quantile);
    }
  }

  /** Requests that know nothing of each other: lognormal, in microseconds, around 100 ms. */
  private Sampled independent(int count, double shift) {
    return sampled(count, shift, 0, 0);
  }

  /**
   * Requests of a part of the time share a load, which changes from part to part by an
   * autoregression: what all have in common has the standard deviation {@code common}.
   */
  private Sampled sampled(int count, double shift, double common, double memory) {
    Sketch whole = new Sketch(Sketches.BITS_WHOLE);
    List<@Nullable Sketch> parts = new ArrayList<>();
    double load = common * random.nextGaussian();
    double own = Math.sqrt(1 - common * common);
    for (int part = 0; part < PARTS; part++) {
      Sketch sketch = new Sketch(Sketches.BITS_PART);
      for (int i = 0; i < count / PARTS; i++) {
        double z = load + own * random.nextGaussian();
        long micros = Math.round(100_000 * Math.exp(shift + 0.8 * z));
        whole.add(micros);
        sketch.add(micros);
      }
      parts.add(sketch);
      load = memory * load + Math.sqrt(1 - memory * memory) * common * random.nextGaussian();
    }
    return new Sampled(whole, parts);
  }

  private static double truth(double z) {
    return 100_000 * Math.exp(0.8 * z);
  }

  @Test
  void aQuantilesIntervalHoldsTheTrueOneWhereRequestsAreIndependent() {
    for (int count : new int[] {2400, 6000}) {
      for (double[] quantile : QUANTILES) {
        assertShare(
            covered(
                _ -> independent(count, 0).quantile(quantile[0]).interval(), truth(quantile[1])),
            "p" + quantile[0] + " of " + count);
      }
    }
  }

  @Test
  void aQuantilesIntervalHoldsTheTrueOneWhereRequestsShareTheirLoad() {
    for (double[] quantile : QUANTILES) {
      assertShare(
          covered(
              _ -> sampled(6000, 0, 0.35, 0.5).quantile(quantile[0]).interval(),
              truth(quantile[1])),
          "p" + quantile[0]);
    }
  }

  /** What the blocks are for. */
  @Test
  void takenAsIndependentRequestsThatShareTheirLoadWouldPromiseFarTooMuch() {
    double share =
        covered(
            _ -> {
              Sampled sampled = sampled(6000, 0, 0.35, 0.5);
              return QuantileEstimate.of(sampled.whole(), List.of(), 0.5).interval();
            },
            truth(0));
    assertThat(share).isLessThan(0.7);
  }

  @Test
  void aDifferencesIntervalHoldsTheTrueOne() {
    double shift = 0.1;
    for (double[] quantile : QUANTILES) {
      double difference = truth(quantile[1]) * (Math.exp(shift) - 1);
      assertShare(
          covered(
              _ ->
                  Difference.of(
                          sampled(6000, shift, 0.3, 0.5).quantile(quantile[0]),
                          independent(6000, 0).quantile(quantile[0]))
                      .interval(),
              difference),
          "difference of p" + quantile[0]);
    }
  }

  @Test
  void ofTwoRunsThatAreAlikeOneInTwentySeemsToDiffer() {
    int different = 0;
    for (int i = 0; i < TRIES; i++) {
      Difference difference =
          Difference.of(independent(2400, 0).quantile(0.9), independent(2400, 0).quantile(0.9));
      different += difference.verdict() == Difference.Verdict.NOT_SHOWN ? 0 : 1;
    }
    assertThat((double) different / TRIES).isLessThan(1 - LEAST);
  }

  @Test
  void aSharesIntervalHoldsTheTrueOne() {
    for (double share : new double[] {0.004, 0.2, 0.9}) {
      assertShare(covered(_ -> share(share, 6000).interval(), share), "share " + share);
      assertShare(
          covered(
              _ -> Difference.of(share(share, 6000), share(share / 2, 2400)).interval(), share / 2),
          "difference of shares " + share);
    }
  }

  private Estimate share(double share, int count) {
    long[] hits = new long[PARTS];
    long[] counts = new long[PARTS];
    long all = 0;
    for (int part = 0; part < PARTS; part++) {
      counts[part] = count / PARTS;
      for (int i = 0; i < counts[part]; i++) {
        hits[part] += random.nextDouble() < share ? 1 : 0;
      }
      all += hits[part];
    }
    Estimate estimate = ShareEstimate.of(hits, counts, all, count);
    return Objects.requireNonNull(estimate);
  }

  @Test
  void tooFewRequestsHaveNoInterval() {
    assertThat(independent(120, 0).quantile(0.99).interval()).isNull();
    assertThat(
            Difference.of(independent(120, 0).quantile(0.99), independent(6000, 0).quantile(0.99)))
        .satisfies(
            difference ->
                assertThat(difference.verdict()).isEqualTo(Difference.Verdict.TOO_LITTLE));
  }

  private interface Try {
    @Nullable Interval interval(int number);
  }

  /** In which share of the tries. */
  private static double covered(Try each, double truth) {
    int held = 0;
    for (int i = 0; i < TRIES; i++) {
      Interval interval = Objects.requireNonNull(each.interval(i));
      held += interval.low() <= truth && truth <= interval.high() ? 1 : 0;
    }
    return (double) held / TRIES;
  }

  private static void assertShare(double share, String what) {
    assertThat(share).as(what).isGreaterThanOrEqualTo(LEAST).isLessThan(0.999);
  }

  @Test
  void studentsDistributionIsThatOfTheTables() {
    assertThat(StudentT.of(9)).isCloseTo(2.2622, within(0.001));
    assertThat(StudentT.of(29)).isCloseTo(2.0452, within(0.0005));
    assertThat(StudentT.of(1000)).isCloseTo(1.9623, within(0.0005));
  }
}
