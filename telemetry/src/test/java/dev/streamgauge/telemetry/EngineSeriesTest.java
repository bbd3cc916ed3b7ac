package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.EnginePage;
import dev.streamgauge.telemetry.engine.PageFormat;
import dev.streamgauge.telemetry.engine.PageLimits;
import dev.streamgauge.timeline.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine's figures on our page, and our page behind the engine's. */
class EngineSeriesTest {
  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private final AtomicLong time = new AtomicLong();
  private final EngineBoard board =
      new EngineBoard(null, PageLimits.defaults(), time::get, TimeUnit.SECONDS.toNanos(10));
  private final Telemetry telemetry = telemetry(false);

  @Test
  void withoutAPageWhatCanBeToldIsComputed() {
    telemetry.live().phaseEntered(Phase.PREFILL);
    telemetry.live().phaseEntered(Phase.GENERATING);
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.lines())
        .contains(
            "streamgauge_engine_requests_waiting{source=\"computed\"} 0.0",
            "streamgauge_engine_requests_running{source=\"computed\"} 2.0")
        .noneMatch(line -> line.startsWith("streamgauge_engine_kv_cache"))
        .noneMatch(line -> line.startsWith("streamgauge_saturation_ratio"));
  }

  @Test
  void anEngineQueuedSinceThenIfEachPageBehindSaysSo() {
    LiveMetrics live = telemetry.live();
    assertThat(live.engineQueuedSince(time.get())).isFalse();
    readLater("vllm:num_requests_waiting 0\n");
    long empty = time.get();
    assertThat(live.engineQueuedSince(empty)).isFalse();
    readLater("vllm:num_requests_waiting 2\n");
    long queued = time.get();
    readLater("vllm:num_requests_waiting 1\n");
    assertThat(live.engineQueuedSince(empty - 1)).isFalse();
    assertThat(live.engineQueuedSince(empty)).isTrue();
    assertThat(live.engineQueuedSince(queued)).isTrue();
    assertThat(live.engineQueuedSince(time.get())).isTrue();
    time.addAndGet(TimeUnit.SECONDS.toNanos(11)); // the page is too old
    assertThat(live.engineQueuedSince(queued)).isFalse();
    readLater("vllm:num_requests_waiting 1\n"); // what was between, nobody knows
    assertThat(live.engineQueuedSince(queued)).isFalse();
    readLater("vllm:kv_cache_usage_perc 0.5\n");
    assertThat(live.engineQueuedSince(time.get())).isFalse();
  }

  private void readLater(String page) {
    time.addAndGet(TimeUnit.SECONDS.toNanos(5));
    read(page);
  }

  @Test
  void whatTheEngineSaysTakesThePlaceOfWhatWasComputedUntilItIsTooOld() {
    read("vllm:num_requests_waiting 3\nvllm:kv_cache_usage_perc 0.5\n");
    assertThat(MetricsText.of(telemetry).lines())
        .contains(
            "streamgauge_engine_requests_waiting{source=\"engine\"} 3.0",
            "streamgauge_engine_requests_running{source=\"computed\"} 0.0",
            "streamgauge_engine_kv_cache_usage_ratio{source=\"engine\"} 0.5",
            "streamgauge_engine_info{engine=\"vllm\"} 1")
        .noneMatch(line -> line.startsWith("streamgauge_engine_requests_waiting{source=\"comp"));
    time.addAndGet(TimeUnit.SECONDS.toNanos(11));
    assertThat(MetricsText.of(telemetry).lines())
        .contains(
            "streamgauge_engine_requests_waiting{source=\"computed\"} 0.0",
            "streamgauge_engine_page_age_seconds 11.0")
        .noneMatch(line -> line.startsWith("streamgauge_engine_kv_cache"))
        .noneMatch(line -> line.startsWith("streamgauge_engine_info"));
  }

  @Test
  void blocksAndAdaptersAreThereAsSchedulersReadThem() {
    read(
        """
        vllm:cache_config_info{block_size="16",num_gpu_blocks="2048"} 1
        vllm:lora_requests_info{max_lora="2",running_lora_adapters="a",waiting_lora_adapters=""} 7
        """);
    assertThat(MetricsText.of(telemetry).lines())
        .contains(
            "streamgauge_engine_kv_cache_info{block_size=\"16\",num_gpu_blocks=\"2048\"} 1",
            "streamgauge_engine_kv_cache_block_size{source=\"engine\"} 16.0",
            "streamgauge_engine_lora_requests_timestamp_seconds{max_lora=\"2\","
                + "running_lora_adapters=\"a\",waiting_lora_adapters=\"\"} 7.0");
  }

  /** What the Inference Extension's protocol must have of a server, by whichever engine. */
  @ParameterizedTest
  @EnumSource(Engine.class)
  void queueAndWorkAreThereOnceForEachEngineThatSaysNothing(Engine engine) {
    EngineBoard silent = new EngineBoard(engine, PageLimits.defaults(), time::get, 1);
    Telemetry told = telemetry(false, silent);
    told.live().watchGate(gate(3, 4, 8));
    told.live().phaseEntered(Phase.GENERATING);
    assertThat(MetricsText.of(told).lines())
        .contains(
            "streamgauge_engine_requests_waiting{source=\"computed\"} 3.0",
            "streamgauge_engine_requests_running{source=\"computed\"} 1.0",
            "streamgauge_saturation_ratio 0.875",
            "streamgauge_engine_info{engine=\"" + engine.label() + "\"} 1")
        .noneMatch(line -> line.startsWith("streamgauge_engine_") && line.contains("=\"engine\""));
  }

  @Test
  void theLoadIsWhatThePageOfMetricsSays() {
    telemetry.live().watchGate(gate(3, 4, 8));
    telemetry.live().phaseEntered(Phase.GENERATING);
    assertThat(telemetry.load()).isEqualTo(new ServerLoad(3, 1, null, 0.875));
    read("vllm:num_requests_waiting 7\nvllm:kv_cache_usage_perc 0.5\n");
    assertThat(telemetry.load()).isEqualTo(new ServerLoad(7, 1, 0.5, 0.875));
    time.addAndGet(TimeUnit.SECONDS.toNanos(11));
    telemetry.live().watchGate(gate(0, 0, null));
    assertThat(telemetry.load()).isEqualTo(new ServerLoad(0, 1, null, null));
  }

  @Test
  void saturationFollowsTheGateAndIsNotClamped() {
    telemetry.live().watchGate(gate(3, 4, 4));
    assertThat(MetricsText.of(telemetry).lines())
        .contains(
            "streamgauge_saturation_ratio 1.75",
            "streamgauge_engine_requests_waiting{source=\"computed\"} 3.0");
    telemetry.live().watchGate(gate(0, 4, null));
    assertThat(MetricsText.of(telemetry).hasFamily("streamgauge_saturation_ratio")).isFalse();
  }

  @Test
  void theEnginesPageStandsBeforeOursAndTheWholeIsOnePage() {
    read(
        """
        # TYPE vllm:a counter
        vllm:a_total 1
        # TYPE streamgauge_requests_total gauge
        streamgauge_requests_total 99
        """);
    for (String accept : new String[] {"text/plain", OPEN_METRICS, PROTOBUF}) {
      EnginePage page = merged(telemetry, accept);
      assertThat(page.malformed()).as(accept).isZero();
      assertThat(page.duplicates()).as(accept).isZero();
      assertThat(page.hasFamilyOf("vllm:a")).as(accept).isTrue();
      assertThat(page.hasFamilyOf("streamgauge_build")).as(accept).isTrue();
    }
    assertThat(text(telemetry, "text/plain")).doesNotContain("99");
    assertThat(text(telemetry, OPEN_METRICS)).containsOnlyOnce("# EOF\n").endsWith("# EOF\n");
  }

  @Test
  void anEnginesPageThatIsTooOldIsNotMerged() {
    read("vllm:a 1\n");
    time.addAndGet(TimeUnit.SECONDS.toNanos(11));
    assertThat(text(telemetry, "text/plain")).doesNotContain("vllm:a").contains("streamgauge_");
  }

  static Telemetry telemetry(boolean mirroring, EngineBoard board) {
    TelemetrySettings.Metrics byDefault = TelemetrySettings.Metrics.defaults();
    return new Telemetry(
        TelemetrySettings.defaults()
            .withMetrics(
                new TelemetrySettings.Metrics(
                    byDefault.histograms(),
                    byDefault.semconv(),
                    byDefault.modelsMax(),
                    byDefault.models(),
                    byDefault.slos(),
                    byDefault.buckets(),
                    mirroring)),
        () -> 0,
        board);
  }

  private Telemetry telemetry(boolean mirroring) {
    return telemetry(mirroring, board);
  }

  private void read(String page) {
    assertThat(board.read(page.getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo(EngineBoard.Scrape.OK);
  }

  private static EnginePage merged(Telemetry telemetry, String accept) {
    PageFormat format =
        switch (PageForm.of(accept, null).format()) {
          case TEXT -> PageFormat.TEXT;
          case OPEN_METRICS -> PageFormat.OPEN_METRICS;
          case PROTOBUF -> PageFormat.PROTOBUF;
        };
    return EnginePage.read(page(telemetry, accept), format, PageLimits.defaults());
  }

  private static String text(Telemetry telemetry, String accept) {
    return new String(page(telemetry, accept), StandardCharsets.UTF_8);
  }

  private static byte[] page(Telemetry telemetry, String accept) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      telemetry.render(PageForm.of(accept, null).withEnginePage(), out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static GateView gate(int waiting, int admitted, @Nullable Integer limit) {
    return new GateView() {
      @Override
      public int waiting() {
        return waiting;
      }

      @Override
      public int admitted() {
        return admitted;
      }

      @Override
      public @Nullable Integer limit() {
        return limit;
      }
    };
  }
}
