package dev.streamgauge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.bench.ScalePlan.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalePlanTest {
  private final ScalePlan plan = new ScalePlan();

  @Test
  void pointsRiseAndKeepEachStreamWithinItsRates() {
    plan.streams = List.of(64, 1);
    plan.events = List.of(1000, 1, 100, 10, 40_000);
    assertThat(plan.points(64))
        .containsExactly(
            new Point(1, 1),
            new Point(1, 10),
            new Point(1, 100),
            new Point(1, 1000),
            new Point(64, 100),
            new Point(64, 1000),
            new Point(64, 40_000));
  }

  @Test
  void moreStreamsThanThereIsRoomForAreLeftOut() {
    assertThat(plan.points(5000)).noneMatch(point -> point.streams() > 5000);
    assertThat(plan.points(10_000)).anyMatch(point -> point.streams() == 10_000);
  }

  @Test
  void windowsAreLongerWhereEventsAreRare() {
    assertThat(plan.windowSeconds(new Point(1, 1))).isEqualTo(10);
    assertThat(plan.windowSeconds(new Point(1, 10))).isEqualTo(5);
    assertThat(plan.windowSeconds(new Point(64, 3200))).isEqualTo(2);
  }

  @Test
  void connectionsOfHttp2HaveNoMoreThanAHundredStreams() {
    assertThat(ScalePlan.connections(1)).isEqualTo(1);
    assertThat(ScalePlan.connections(64)).isEqualTo(4);
    assertThat(ScalePlan.connections(10_000)).isEqualTo(100);
  }
}
