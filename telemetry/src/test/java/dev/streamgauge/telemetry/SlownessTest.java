package dev.streamgauge.telemetry;

import static dev.streamgauge.telemetry.Records.ms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.RequestRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SlownessTest {
  private static final Slo HALF_A_SECOND = new Slo("fast", 500_000_000L, null, null, null);

  private final Slowness judge = new Slowness(List.of(HALF_A_SECOND));

  /** Received at 0, head at 40, token at the end. */
  private static RequestRecord.Points points(
      long body, long admitted, long connected, long sent, long headers, long token) {
    return new RequestRecord.Points(
        ms(body),
        ms(admitted),
        null,
        ms(admitted),
        ms(connected),
        ms(sent),
        ms(sent),
        ms(headers),
        ms(headers),
        ms(token),
        ms(token),
        ms(token),
        ms(token));
  }

  private @Nullable String because(RequestRecord.Points points) {
    return because(Records.streamed().points(points));
  }

  private @Nullable String because(Records of) {
    return because(judge, of.record());
  }

  private static @Nullable String because(Slowness judge, RequestRecord record) {
    judge.learn(record);
    return judge.because(record);
  }

  @Test
  void whatIsNotLateHasNoReason() {
    assertThat(because(points(0, 0, 1, 1, 20, 499))).isNull();
  }

  @Test
  void theLongestPartIsTheReason() {
    assertThat(because(points(0, 800, 801, 802, 820, 1_000))).isEqualTo("gate_queue");
    assertThat(because(points(0, 0, 700, 701, 720, 1_000))).isEqualTo("network");
    assertThat(because(points(700, 0, 1, 701, 720, 1_000))).isEqualTo("client_slow");
    assertThat(because(points(0, 0, 1, 800, 820, 1_000))).isEqualTo("proxy");
  }

  @Test
  void whatTheEngineDoesNotExplainIsUnknown() {
    assertThat(because(points(0, 0, 1, 2, 20, 1_000))).isEqualTo("unknown");
    assertThat(because(points(0, 0, 1, 2, 900, 1_000))).isEqualTo("unknown");
  }

  @Test
  void theEnginesOwnClockNamesItsParts() {
    Records slow = Records.streamed().points(points(0, 0, 1, 2, 20, 1_000));
    assertThat(because(slow.engine(ms(700), ms(100)))).isEqualTo("engine_queue");
    assertThat(because(slow.engine(ms(100), ms(700)))).isEqualTo("prefill");
    Records lateHead = Records.streamed().points(points(0, 0, 1, 2, 900, 1_000));
    assertThat(because(lateHead.engine(ms(10), ms(90)))).isEqualTo("network");
  }

  /** As llama.cpp, which tells its prefill and sends the head when a slot is free. */
  @Test
  void anEngineThatDoesNotTellItsQueueMayHaveHadOneBeforeTheHead() {
    Records lateHead = Records.streamed().points(points(0, 0, 1, 2, 900, 1_000));
    assertThat(because(lateHead.engine(null, ms(90)))).isEqualTo("unknown");
    assertThat(because(lateHead.engineQueued())).isEqualTo("engine_queue");
  }

  @Test
  void withoutATargetThreeTimesTheMedianIsLate() {
    Slowness byMedian = new Slowness(List.of());
    RequestRecord usual = Records.streamed().points(points(0, 0, 1, 2, 20, 100)).record();
    RequestRecord slow = Records.streamed().points(points(0, 250, 251, 252, 260, 301)).record();
    for (int i = 0; i < 20; i++) {
      assertThat(because(byMedian, i < 19 ? usual : slow)).isNull();
    }
    assertThat(because(byMedian, slow)).isEqualTo("gate_queue");
    assertThat(because(byMedian, usual)).isNull();
  }

  @Test
  void requestsWhoseLinesAreNotWrittenCountForTheMedian() {
    Slowness byMedian = new Slowness(List.of());
    for (int i = 0; i < 101; i++) {
      byMedian.learn(Records.streamed().points(points(0, 0, 1, 2, 20, 100)).record());
    }
    RequestRecord slow = Records.streamed().points(points(0, 250, 251, 252, 260, 301)).record();
    assertThat(because(byMedian, slow)).isEqualTo("gate_queue");
  }

  @Test
  void lowClocksExplainPrefillAndWhatNobodyElseDoes() {
    Records slow = Records.streamed().gpu(0.9, 12.0, true).points(points(0, 0, 1, 2, 20, 1_000));
    assertThat(because(slow)).isEqualTo("gpu_throttled");
    assertThat(because(slow.engine(ms(100), ms(700)))).isEqualTo("gpu_throttled");
    assertThat(because(slow.engine(ms(700), ms(100)))).isEqualTo("engine_queue");
    Records queued = Records.streamed().gpu(0.9, 12.0, true);
    assertThat(because(queued.points(points(0, 800, 801, 802, 820, 1_000))))
        .isEqualTo("gate_queue");
    Records free = Records.streamed().gpu(0.9, 12.0, false);
    assertThat(because(free.points(points(0, 0, 1, 2, 20, 1_000)))).isEqualTo("unknown");
  }

  @Test
  void aQueueOnTheEnginesPageExplainsWhatTheEngineDoesNotTellOfARequest() {
    Records slow = Records.streamed().engineQueued().points(points(0, 0, 1, 2, 20, 1_000));
    assertThat(because(slow)).isEqualTo("engine_queue");
    assertThat(because(slow.gpu(0.9, 12.0, true))).isEqualTo("engine_queue");
    assertThat(because(slow.engine(ms(1), ms(2)))).isEqualTo("gpu_throttled");
    assertThat(because(slow.engine(null, ms(700)))).isEqualTo("gpu_throttled");
  }

  @Test
  void aTargetOfAnotherModelIsNone() {
    Slo other = new Slo("fast", 1L, null, null, "another");
    assertThat(new Slowness(List.of(other)).because(Records.streamed().record())).isNull();
  }
}
