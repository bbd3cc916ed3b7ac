package dev.streamgauge.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadStepsTest {
  @Test
  void stepsFollowEachOtherWithoutAHole() {
    assertThat(LoadSteps.of(0)).isZero();
    double[] edges = {0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32};
    for (int step = 1; step < edges.length; step++) {
      assertThat(LoadSteps.from(step)).isEqualTo(edges[step - 1]);
      assertThat(LoadSteps.to(step)).isEqualTo(edges[step]);
      assertThat(LoadSteps.of(edges[step] - 0.001)).isEqualTo(step);
      assertThat(LoadSteps.of(edges[step])).isEqualTo(step + 1);
    }
  }
}
