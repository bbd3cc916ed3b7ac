package dev.streamgauge.report.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OccupancyTest {
  private record Span(long from, long to) {}

  @Test
  void eachCellHasTheTimeThatSpansCoverOfIt() {
    check(200, 60_000_000L, 3_000_000L, 100_000L);
  }

  @Test
  void nothingIsLostWhenCellsGrow() {
    check(2000, 200_000L * 1_000_000, 500_000_000L, 5_000_000L);
    check(500, 40_000_000L * 1_000_000, 90_000_000_000L, 600_000_000L);
  }

  /** Spans at random, in any order, against the sum made cell by cell. */
  private static void check(int count, long wideMicros, long longestMicros, long cellMicros) {
    Random random = new Random(count);
    Occupancy occupancy = new Occupancy();
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long from = 1_795_510_800_000_000L + random.nextLong(wideMicros);
      Span span = new Span(from, from + random.nextLong(longestMicros));
      spans.add(span);
      occupancy.add(span.from, span.to);
    }
    Occupancy.Means means = occupancy.means();
    assertThat(means.cellSeconds()).isEqualTo(cellMicros / 1e6);
    for (int i = 0; i < 500; i++) {
      long at = 1_795_510_800_000_000L + random.nextLong(wideMicros);
      long start = Math.floorDiv(at, cellMicros) * cellMicros;
      long covered = 0;
      for (Span span : spans) {
        covered += Math.max(0, Math.min(span.to, start + cellMicros) - Math.max(span.from, start));
      }
      assertThat(means.at(at)).isCloseTo((double) covered / cellMicros, within(1e-9));
    }
  }

  @Test
  void aMeanOverASpanCountsCellsInWhichNobodyWas() {
    Occupancy occupancy = new Occupancy();
    occupancy.add(1_000_000, 2_000_000);
    occupancy.add(1_000_000, 1_500_000);

    assertThat(occupancy.means().mean(0, 10_000_000)).isCloseTo(0.15, within(1e-9));
    assertThat(occupancy.means().max()).isCloseTo(2, within(1e-9));
  }

  @Test
  void whatIsTooFarAwayOrEmptyIsLeftOut() {
    Occupancy occupancy = new Occupancy();
    assertThat(occupancy.means().at(5)).isZero();
    occupancy.add(7, 7);
    occupancy.add(0, 1_000_000);
    occupancy.add(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4 + 1);
    assertThat(occupancy.means().max()).isPositive();
  }
}
