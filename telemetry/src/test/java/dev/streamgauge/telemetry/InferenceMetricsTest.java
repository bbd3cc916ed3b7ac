package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.InferenceEnd;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InferenceMetricsTest {
  private static final String TTFT = "streamgauge_time_to_first_token_seconds";

  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());

  @Test
  void eachInferenceEntersTheHistogramsAndTheCallDoesNotAgain() {
    telemetry.inference(inference("tinylm", Records.ms(30), Records.ms(10)));
    telemetry.inference(inference("tinylm", Records.ms(70), Records.ms(20)));
    telemetry.accept(call(2));

    assertThat(sum(TTFT + "_count")).isEqualTo(2);
    assertThat(sum(TTFT + "_sum")).isEqualTo(0.1);
    assertThat(sum("streamgauge_time_to_first_answer_token_seconds_count")).isEqualTo(2);
    assertThat(sum("streamgauge_longest_gap_seconds_count")).isEqualTo(2);
    assertThat(sum("streamgauge_stream_stalls_total")).isEqualTo(6);
    assertThat(sum("streamgauge_stream_stalled_seconds_total")).isEqualTo(8);
    assertThat(sum("streamgauge_requests_total")).isEqualTo(1);
    assertThat(sum("streamgauge_request_duration_seconds_count")).isEqualTo(1);
  }

  @Test
  void aCallOfWhoseInferencesNoneWasTimedCountsItsOwnTimes() {
    telemetry.inference(inference(null, null, null));
    telemetry.accept(call(0));

    assertThat(sum(TTFT + "_count")).isEqualTo(1);
    assertThat(sum("streamgauge_longest_gap_seconds_count")).isEqualTo(1);
  }

  @Test
  void anInferenceWithoutATokenLeavesItToTheCallToSaySo() {
    telemetry.inference(inference("tinylm", null, null));

    assertThat(sum(TTFT + "_count")).isZero();
    assertThat(sum("streamgauge_no_first_token_total")).isZero();
  }

  private double sum(String sample) {
    return MetricsText.of(telemetry).sum(sample, "operation=\"infer\"");
  }

  private static RequestRecord call(int timed) {
    return Records.streamed().operation(Operation.INFER).model("tinylm").inferences(timed).record();
  }

  private static InferenceRecord inference(
      @Nullable String model, @Nullable Long firstNanos, @Nullable Long gapNanos) {
    return new InferenceRecord(
        model,
        InferenceEnd.LAST_RESPONSE,
        firstNanos == null ? 0 : 2,
        firstNanos,
        firstNanos,
        Records.ms(500),
        gapNanos,
        3,
        Records.ms(4000),
        null);
  }
}
