package dev.streamgauge.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LogAxisTest {
  @Test
  void ticksAreRoundNumbersAroundAllValues() {
    assertThat(LogAxis.over(15, 60).ticks()).containsExactly(10.0, 20.0, 50.0, 100.0);
    assertThat(LogAxis.over(1, 40_000).ticks())
        .containsExactly(1.0, 10.0, 100.0, 1000.0, 10_000.0, 100_000.0);
  }

  @Test
  void aSingleValueHasAnAxisToo() {
    assertThat(LogAxis.over(10, 10).ticks()).containsExactly(10.0, 20.0);
  }

  @Test
  void equalRatiosAreEqualDistances() {
    LogAxis axis = LogAxis.over(1, 100);
    assertThat(axis.place(1)).isEqualTo(0);
    assertThat(axis.place(10)).isCloseTo(0.5, within(1e-9));
    assertThat(axis.place(100)).isEqualTo(1);
  }
}
