package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static final String REQUESTS = "streamgauge_requests_total";
  private static final String TTFT = "streamgauge_time_to_first_token_seconds_count";

  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());

  @Test
  void requestsThatTakeTurnsAreEachCountedUnderTheirOwnLabels() {
    for (int i = 0; i < 10; i++) {
      telemetry.accept(Records.streamed().model("llama").record());
      telemetry.accept(Records.streamed().model("qwen").stream(false).record());
      telemetry.accept(Records.streamed().model("llama").operation(Operation.MESSAGES).record());
      telemetry.accept(Records.streamed().model("llama").outcome(Outcome.UPSTREAM_RESET).record());
    }
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum(REQUESTS)).isEqualTo(40);
    assertThat(page.sum(REQUESTS, "model=\"llama\"", "operation=\"chat\"", "outcome=\"ok\""))
        .isEqualTo(10);
    assertThat(page.sum(REQUESTS, "model=\"qwen\"", "stream=\"false\"")).isEqualTo(10);
    assertThat(page.sum(REQUESTS, "operation=\"messages\"")).isEqualTo(10);
    assertThat(page.sum(REQUESTS, "outcome=\"upstream_reset\"")).isEqualTo(10);
    assertThat(page.sum(TTFT, "model=\"llama\"", "operation=\"chat\"")).isEqualTo(20);
    assertThat(page.sum(TTFT, "model=\"llama\"", "operation=\"messages\"")).isEqualTo(10);
  }

  @Test
  void requestsThatEndAlikeWithDifferentStatusAreToldApart() {
    for (int i = 0; i < 10; i++) {
      for (Integer status : new Integer[] {404, 429, null}) {
        telemetry.accept(Records.streamed().outcome(Outcome.CALLER_ERROR).status(status).record());
      }
    }
    MetricsText page = MetricsText.of(telemetry);
    for (String status : List.of("404", "429", "none")) {
      assertThat(page.sum(REQUESTS, "outcome=\"caller_error\"", "status=\"" + status + "\""))
          .isEqualTo(10);
    }
  }

  @Test
  void namesPastTheLimitAreOtherAndCountedAlsoWhenAKnownOneCameBetween() {
    TelemetrySettings.Metrics some = TelemetrySettings.Metrics.defaults();
    TelemetrySettings.Metrics two =
        new TelemetrySettings.Metrics(
            some.histograms(), some.semconv(), 2, List.of(), List.of(), some.buckets(), false);
    Telemetry limited = new Telemetry(TelemetrySettings.defaults().withMetrics(two));
    for (int i = 0; i < 10; i++) {
      for (String model : List.of("first", "second", "third", "fourth", "other")) {
        limited.accept(Records.streamed().model(model).record());
      }
    }
    MetricsText page = MetricsText.of(limited);
    assertThat(page.sum(TTFT, "model=\"first\"")).isEqualTo(10);
    assertThat(page.sum(TTFT, "model=\"second\"")).isEqualTo(10);
    assertThat(page.sum(TTFT, "model=\"third\"")).isZero();
    assertThat(page.sum(TTFT, "model=\"other\"", "operation=\"chat\"")).isEqualTo(30);
    assertThat(page.sum("streamgauge_label_overflow_total")).isEqualTo(20);
  }

  @Test
  void aFigureThatWasNeverKnownHasNoSeries() {
    telemetry.accept(Records.streamed().operation(Operation.EMBEDDINGS).stream(false).record());
    MetricsText page = MetricsText.of(telemetry);
    String embeddings = "operation=\"embeddings\"";
    assertThat(page.count(TTFT, embeddings)).isZero();
    assertThat(page.count("streamgauge_inter_chunk_gap_seconds_count", embeddings)).isZero();
    assertThat(page.count("streamgauge_client_paused_seconds_total", embeddings)).isEqualTo(1);
    assertThat(page.count("streamgauge_parse_failures_total", embeddings)).isZero();
  }

  @Test
  void severalLoopsThatBeginAtOnceLoseNoRequest() throws InterruptedException {
    int loops = 4;
    int requests = 2_000;
    List<RequestRecord> kinds =
        List.of(
            Records.streamed().model("llama").record(),
            Records.streamed().model("qwen").record(),
            Records.streamed().model("llama").status(201).record(),
            Records.refused().record());
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < loops; i++) {
      int shift = i;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaitQuietly(begin);
                    for (int at = 0; at < requests; at++) {
                      telemetry.accept(kinds.get((at + shift) % kinds.size()));
                    }
                  }));
    }
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    int each = loops * requests / kinds.size();
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum(REQUESTS, "model=\"llama\"", "status=\"200\"")).isEqualTo(each);
    assertThat(page.sum(REQUESTS, "model=\"llama\"", "status=\"201\"")).isEqualTo(each);
    assertThat(page.sum(REQUESTS, "model=\"qwen\"")).isEqualTo(each);
    assertThat(page.sum(REQUESTS, "outcome=\"caller_invalid\"")).isEqualTo(each);
    assertThat(page.sum(TTFT, "model=\"llama\"")).isEqualTo(2 * each);
    assertThat(page.sum("streamgauge_tokens_total", "type=\"output\"")).isEqualTo(3.0 * each * 31);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
