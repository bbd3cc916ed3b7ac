package dev.streamgauge.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void whatIsNotKnownIsNoPartOfAMedian() {
    assertThat(Numbers.median(new double[] {Double.NaN, 3, 1, Double.POSITIVE_INFINITY, 2}))
        .isEqualTo(2);
    assertThat(Numbers.median(new double[] {Double.NaN})).isNaN();
  }

  @Test
  void quantilesBetweenTwoValuesAreInterpolated() {
    double[] values = {10, 40, 20, 30};
    assertThat(Numbers.quantile(values, 0.25)).isEqualTo(17.5);
    assertThat(Numbers.median(values)).isEqualTo(25);
    assertThat(Numbers.quantile(values, 1)).isEqualTo(40);
  }

  @Test
  void theMiddleHalfStandsBehindTheMedianOfSeveralValuesOnly() {
    assertThat(Numbers.middle(new double[] {1, 2, 3}, 1)).isEqualTo("2.0 (1.5 … 2.5)");
    assertThat(Numbers.middle(new double[] {1234.5}, 1)).isEqualTo("1,234.5");
    assertThat(Numbers.middle(new double[0], 1)).isEqualTo("–");
  }
}
