package dev.streamgauge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.bench.ScalePlan.Point;
import dev.streamgauge.bench.load.Load;
import dev.streamgauge.bench.load.Round;
import dev.streamgauge.bench.target.Side;
import dev.streamgauge.bench.target.TargetKind;
import org.junit.jupiter.api.Test;

class ScaleRowTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  @Test
  void aRateThatWasKeptNeedsNoWord() {
    ScaleRow row = row(990, SECOND_NANOS / 2, SECOND_NANOS / 2, 0);
    assertThat(row.keptUp()).isTrue();
    assertThat(row.remark()).isEmpty();
  }

  @Test
  void whoeverTookTheProcessorIsNamedWhereARateWasNotKept() {
    assertThat(row(500, SECOND_NANOS, SECOND_NANOS / 2, 0).remark()).isEqualTo("not kept up");
    assertThat(row(500, SECOND_NANOS / 2, SECOND_NANOS, 0).remark())
        .contains("client", "server", "limit");
    assertThat(row(500, SECOND_NANOS / 2, SECOND_NANOS / 2, 0).remark()).contains("others");
  }

  @Test
  void streamsThatAreNotServedAreSaidFirst() {
    assertThat(row(500, SECOND_NANOS / 2, SECOND_NANOS / 2, 3).remark())
        .isEqualTo("3 of 64 streams refused or broken");
  }

  @Test
  void ofFewEventsOneMayFallOutOfTheWindow() {
    ScaleRow row = new ScaleRow(Side.of(TargetKind.ENVOY, Load.HTTP1), new Point(1, 2));
    row.add(new ScaleRow.Window(Round.of(new long[] {100}, 1, 0), 0, 0, 1));
    assertThat(row.keptUp()).isTrue();
  }

  private static ScaleRow row(int events, long cpuNanos, long loadNanos, long errors) {
    ScaleRow row = new ScaleRow(Side.of(TargetKind.ENVOY, Load.HTTP1), new Point(64, 1000));
    row.add(new ScaleRow.Window(Round.of(new long[events], 1, errors), cpuNanos, loadNanos, 10));
    return row;
  }
}
