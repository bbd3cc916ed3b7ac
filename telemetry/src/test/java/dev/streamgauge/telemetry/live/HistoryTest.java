package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.telemetry.Records;
import dev.streamgauge.telemetry.Slo;
import dev.streamgauge.telemetry.SloVerdict;
import dev.streamgauge.telemetry.Slowness;
import dev.streamgauge.timeline.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final History.Gauges NOTHING =
      new History.Gauges(0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  private static final List<Slo> SLOS =
      List.of(
          new Slo("fast", 50_000_000L, null, null, null),
          new Slo("slow", 500_000_000L, null, null, null));

  private final History history = new History(0, SLOS, new Slowest(new Slowness(SLOS)));

  private boolean atRow(long row) {
    return history.advance(row * History.ROW_NANOS, 0);
  }

  @Test
  void aRowIsClosedWhenItsTimeIsOver() {
    assertThat(history.lastRow()).isEqualTo(-1);
    assertThat(history.advance(History.ROW_NANOS - 1, 0)).isFalse();
    history.add(Records.streamed().record());
    history.add(Records.refused().record());
    assertThat(history.advance(History.ROW_NANOS, 500)).isTrue();
    assertThat(history.lastRow()).isZero();
    assertThat(history.value(0, Column.REQUESTS)).isEqualTo(2);
    assertThat(history.value(0, Column.OK)).isEqualTo(1);
    assertThat(history.value(0, Column.CALLER)).isEqualTo(1);
    assertThat(history.value(0, Column.TTFT_P50)).isCloseTo(100, within(2.3f));
    assertThat(history.value(0, Column.TOKENS_PER_SECOND)).isEqualTo(100);
    assertThat(history.value(0, Column.GPU_WATTS)).isNaN();
  }

  @Test
  void whatNobodyMeasuredIsNoNumber() {
    assertThat(atRow(1)).isTrue();
    assertThat(history.value(0, Column.TTFT_P50)).isNaN();
    assertThat(history.value(0, Column.IN_FLIGHT)).isNaN();
    assertThat(history.value(0, Column.REQUESTS)).isZero();
  }

  @Test
  void gaugesAreMeansAndTheQueueIsItsLongest() {
    history.sample(new History.Gauges(4, 7, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
    history.sample(new History.Gauges(2, 1, 0.5, Double.NaN, Double.NaN, Double.NaN));
    atRow(1);
    assertThat(history.value(0, Column.IN_FLIGHT)).isEqualTo(3);
    assertThat(history.value(0, Column.QUEUE)).isEqualTo(7);
    assertThat(history.value(0, Column.KV_CACHE)).isEqualTo(0.5f);
    history.sample(NOTHING);
    atRow(2);
    assertThat(history.value(1, Column.QUEUE)).isZero();
    assertThat(history.value(1, Column.KV_CACHE)).isNaN();
  }

  @Test
  void afterFifteenMinutesTheOldestRowGoes() {
    for (int row = 1; row <= History.ROWS + 20; row++) {
      history.add(Records.streamed().record());
      atRow(row);
    }
    assertThat(history.lastRow()).isEqualTo(History.ROWS + 19);
    assertThat(history.firstRow()).isEqualTo(21);
    assertThat(history.whole().requests()).isBetween(168L, 180L);
  }

  @Test
  void aPauseLeavesRowsWithoutFigures() {
    history.add(Records.streamed().record());
    atRow(4);
    assertThat(history.lastRow()).isEqualTo(3);
    assertThat(history.value(0, Column.REQUESTS)).isEqualTo(1);
    assertThat(history.value(2, Column.REQUESTS)).isNaN();
  }

  @Test
  void aPauseOfHoursForgetsAll() {
    history.add(Records.streamed().record());
    atRow(1);
    atRow(100_000);
    assertThat(history.whole().requests()).isZero();
    assertThat(history.value(history.firstRow(), Column.REQUESTS)).isNaN();
  }

  @Test
  void eachTargetIsJudgedAndPartsAddUpToTheWhole() {
    history.add(Records.streamed().record());
    history.add(Records.streamed().outcome(Outcome.UPSTREAM_ERROR).record());
    Span whole = history.whole();
    assertThat(whole.verdicts.get(0).of(SloVerdict.TTFT)).isEqualTo(1);
    assertThat(whole.verdicts.get(1).of(SloVerdict.MET)).isEqualTo(1);
    assertThat(whole.verdicts.get(1).of(SloVerdict.ERROR)).isEqualTo(1);
    double sum = 0;
    for (double each : whole.phaseNanos) {
      sum += each;
    }
    assertThat(sum).isEqualTo(2 * 100e6);
    atRow(1);
    assertThat(history.value(0, Column.SLO_JUDGED)).isEqualTo(4);
    assertThat(history.value(0, Column.SLO_MET)).isEqualTo(1);
  }

  @Test
  void percentilesAreRightWithinTwoAndAQuarterPercent() {
    Sketch sketch = new Sketch();
    for (int i = 1; i <= 10_000; i++) {
      sketch.addNanos(i * 1_000_000L);
    }
    for (double quantile : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
      double exact = quantile * 10;
      assertThat(sketch.quantileSeconds(quantile)).isCloseTo(exact, within(exact * 0.0225));
    }
    assertThat(new Sketch().quantileSeconds(0.5)).isNaN();
  }
}
