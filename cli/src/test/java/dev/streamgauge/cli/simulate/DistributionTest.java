package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionTest {
  private static final int DRAWS = 20_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50ms | 50e6 | 50e6",
        "fixed(2s) | 2e9 | 2e9",
        "0 | 0 | 0",
        "uniform(10ms,90ms) | 50e6 | 50e6",
        "normal(50ms, 10ms) | 50e6 | 50e6",
        "lognormal(50ms,0.5) | 50e6 | 56.66e6",
        "exponential(50ms) | 34.66e6 | 50e6",
      })
  void drawsHaveTheMedianAndTheMeanThatAreWritten(String text, double median, double mean) {
    double[] draws = draws(Distribution.ofDurations(text));
    assertThat(draws[DRAWS / 2]).isCloseTo(median, within(median * 0.03 + 1));
    assertThat(Arrays.stream(draws).average().orElseThrow())
        .isCloseTo(mean, within(mean * 0.03 + 1));
    assertThat(draws[0]).isNotNegative();
  }

  private static double[] draws(Distribution distribution) {
    SplittableRandom random = new SplittableRandom(1);
    double[] draws = new double[DRAWS];
    Arrays.setAll(draws, _ -> distribution.sample(random));
    Arrays.sort(draws);
    return draws;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "50",
        "-1ms",
        "50 ms ms",
        "uniform(1ms)",
        "uniform(2ms,1ms)",
        "normal(1ms,2ms",
        "x(1ms)",
        "NaNms",
        "Infinityms"
      })
  void whatCannotBeReadIsRefused(String text) {
    assertThatThrownBy(() -> Distribution.ofDurations(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void countsHaveNoUnit() {
    assertThat(Distribution.ofCounts("uniform(10,200)"))
        .isEqualTo(new Distribution.Uniform(10, 200));
    assertThat(new DistributionValue(false).parse("5ms")).isNull();
  }
}
