package dev.streamgauge.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.report.Requests;
import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Sketch;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeAxisTest {
  private final TimeAxis axis = new TimeAxis(new Targets(List.of()));

  @Test
  void aRunOfAnyLengthHasNoMoreThanItsPartsAndLosesNothing() {
    Random random = new Random(2);
    long count = 0;
    for (long spanMillis : new long[] {1000, 60_000, 3_600_000, 86_400_000, 31L * 86_400_000}) {
      for (int i = 0; i < 2000; i++) {
        add(1_795_510_800_000L + random.nextLong(spanMillis));
        count++;
      }
      assertThat(axis.parts().size()).isLessThanOrEqualTo(TimeAxis.PARTS_MAX);
      assertThat(axis.parts().values().stream().mapToLong(TimePart::inferences).sum())
          .isEqualTo(count);
      assertThat(axis.parts().values().stream().mapToLong(TimeAxisTest::durations).sum())
          .isEqualTo(count);
    }
    assertThat(axis.outside()).isZero();
  }

  private static long durations(TimePart part) {
    Sketch sketch = part.ofAllModels().find(Figure.DURATION);
    return sketch == null ? 0 : sketch.count();
  }

  @Test
  void aRequestIsInThePartOfItsArrival() {
    add(10_000);
    add(10_999);
    add(11_000);

    assertThat(axis.parts().keySet()).containsExactly(10L, 11L);
    assertThat(axis.startMillis(11)).isEqualTo(11_000);
  }

  @Test
  void whatIsYearsAwayIsCountedAndLeftOut() {
    add(0);
    add(1_795_510_800_000L);

    assertThat(axis.outside()).isEqualTo(1);
    assertThat(axis.parts()).hasSize(1);
    assertThat(axis.widthMillis()).isEqualTo(1000);
  }

  private void add(long millis) {
    axis.add(millis, Requests.at(millis).made(), 0, List.of());
  }
}
