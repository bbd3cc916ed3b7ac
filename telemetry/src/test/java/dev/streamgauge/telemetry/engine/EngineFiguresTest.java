package dev.streamgauge.telemetry.engine;

import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_BLOCKS;
import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_BLOCK_SIZE;
import static dev.streamgauge.telemetry.engine.Figure.KV_CACHE_USAGE;
import static dev.streamgauge.telemetry.engine.Figure.RUNNING;
import static dev.streamgauge.telemetry.engine.Figure.WAITING;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each page of {@code resources/engine} says what its README says of it. */
class EngineFiguresTest {
  private final AtomicLong time = new AtomicLong();
  private final EngineBoard board =
      new EngineBoard(null, PageLimits.defaults(), time::get, TimeUnit.SECONDS.toNanos(15));

  @Test
  void vllmBeforeAndAfterItsCacheChangedItsName() {
    expect(
        "vllm-0.8.5.txt",
        Engine.VLLM,
        Map.of(
            WAITING, 2.0,
            RUNNING, 8.0,
            KV_CACHE_USAGE, 0.375,
            KV_CACHE_BLOCK_SIZE, 16.0,
            KV_CACHE_BLOCKS, 55398.0));
    Map<Figure, Double> newer =
        Map.of(
            WAITING, 4.0,
            RUNNING, 8.0,
            KV_CACHE_USAGE, 0.15625,
            KV_CACHE_BLOCK_SIZE, 16.0,
            KV_CACHE_BLOCKS, 21845.0);
    expect("vllm-0.32.0.txt", Engine.VLLM, newer);
    expect("vllm-0.32.0.om", Engine.VLLM, newer);
    expect(
        "vllm-0.32.0-recorded.txt",
        Engine.VLLM,
        Map.of(
            WAITING, 16.0,
            RUNNING, 8.0,
            KV_CACHE_USAGE, 0.0019536019536019467,
            KV_CACHE_BLOCK_SIZE, 128.0,
            KV_CACHE_BLOCKS, 4096.0));
  }

  @Test
  void ofAdaptersTheLatestCombinationCounts() {
    board.read(Pages.file("vllm-0.8.5.txt"), null);
    assertThat(reading().figures().lora())
        .isEqualTo(new EngineFigures.Lora("4", "sql,chat", "code", 1745300009));
  }

  @Test
  void aColonMayHaveBecomeAnUnderscore() {
    board.read(bytes("vllm_num_requests_waiting{engine=\"0\"} 3\n"), null);
    assertThat(reading().engine()).isEqualTo(Engine.VLLM);
    assertThat(reading().figures().value(WAITING)).isEqualTo(3);
  }

  @Test
  void sglangCountsOneRankOfEachReplicaAndAllPriorities() {
    expect(
        "sglang-0.4.6.txt",
        Engine.SGLANG,
        Map.of(WAITING, 2826.0, RUNNING, 7.0, KV_CACHE_USAGE, 0.28));
    expect(
        "sglang-0.5.10.txt",
        Engine.SGLANG,
        Map.of(
            WAITING, 2.0,
            RUNNING, 5.0,
            KV_CACHE_USAGE, 0.5,
            KV_CACHE_BLOCK_SIZE, 64.0,
            KV_CACHE_BLOCKS, 3125.0));
    expect(
        "sglang-0.5.23.txt",
        Engine.SGLANG,
        Map.of(
            WAITING, 6.0,
            RUNNING, 7.0,
            KV_CACHE_USAGE, 0.2,
            KV_CACHE_BLOCK_SIZE, 64.0,
            KV_CACHE_BLOCKS, 2000.0));
  }

  @Test
  void sglangsOwnPageIsReadInOpenMetrics() {
    expect(
        "sglang-0.5.23-recorded.om",
        Engine.SGLANG,
        Map.of(
            WAITING, 16.0,
            RUNNING, 2.0,
            KV_CACHE_USAGE, 0.01,
            KV_CACHE_BLOCK_SIZE, 1.0,
            KV_CACHE_BLOCKS, 8192.0));
  }

  @Test
  void tritonSaysMoreWithTensorRtLlm() {
    expect(
        "triton-trtllm.txt",
        Engine.TRITON,
        Map.of(
            WAITING, 3.0,
            RUNNING, 6.0,
            KV_CACHE_USAGE, 0.125,
            KV_CACHE_BLOCK_SIZE, 64.0,
            KV_CACHE_BLOCKS, 800.0));
    expect("triton-2.51.0.txt", Engine.TRITON, Map.of(WAITING, 0.0));
    expect(
        "trtllm.txt",
        Engine.TRTLLM,
        Map.of(
            WAITING, 2.0,
            RUNNING, 3.0,
            KV_CACHE_USAGE, 0.0625,
            KV_CACHE_BLOCK_SIZE, 32.0,
            KV_CACHE_BLOCKS, 4096.0));
  }

  @Test
  void tgiSaysNothingOfItsCacheAndLlamaCppDidOnce() {
    expect("tgi.txt", Engine.TGI, Map.of(WAITING, 6.0, RUNNING, 8.0));
    expect("llamacpp-2026.10.txt", Engine.LLAMACPP, Map.of(WAITING, 3.0, RUNNING, 4.0));
    expect(
        "llamacpp-older.txt",
        Engine.LLAMACPP,
        Map.of(WAITING, 1.0, RUNNING, 2.0, KV_CACHE_USAGE, 0.0390625));
  }

  @Test
  void anotherServersPageIsReadAndSaysNothing() {
    expect("mlserver-1.7.1.txt", Engine.GENERIC, Map.of());
  }

  @Test
  void whatIsNoFigureIsAbsent() {
    board.read(bytes("vllm:num_requests_waiting NaN\nvllm:num_requests_running -1\n"), null);
    assertThat(reading().figures().values()).isEmpty();
  }

  @Test
  void aCacheThatIsFullerThanFullIsNoFigureAndNothingIsDivided() {
    board.read(bytes("vllm:kv_cache_usage_perc 25\n"), null);
    assertThat(reading().figures().value(KV_CACHE_USAGE)).isNull();
    board.read(bytes("vllm:kv_cache_usage_perc 1.0000001\n"), null);
    assertThat(reading().figures().value(KV_CACHE_USAGE)).isEqualTo(1);
    board.read(bytes("vllm:kv_cache_usage_perc 25\nvllm:gpu_cache_usage_perc 0.25\n"), null);
    assertThat(reading().figures().value(KV_CACHE_USAGE)).isEqualTo(0.25);
  }

  @Test
  void aPageThatIsTooOldIsNone() {
    board.read(Pages.file("tgi.txt"), "text/plain");
    time.addAndGet(TimeUnit.SECONDS.toNanos(15));
    assertThat(board.fresh()).isNotNull();
    time.addAndGet(1);
    assertThat(board.fresh()).isNull();
    assertThat(board.ageNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(15) + 1);
  }

  @Test
  void whatIsNoPageIsCountedAndChangesNothing() {
    board.read(Pages.file("tgi.txt"), "text/plain");
    assertThat(board.read(bytes("<html>no</html>"), "text/html; charset=utf-8"))
        .isEqualTo(EngineBoard.Scrape.UNREADABLE);
    assertThat(board.read(bytes("{\"error\":1}"), "text/plain"))
        .isEqualTo(EngineBoard.Scrape.UNREADABLE);
    assertThat(reading().engine()).isEqualTo(Engine.TGI);
    assertThat(board.scrapes(EngineBoard.Scrape.UNREADABLE)).isEqualTo(2);
    assertThat(board.scrapes(EngineBoard.Scrape.OK)).isEqualTo(1);
  }

  private void expect(String file, Engine engine, Map<Figure, Double> figures) {
    String type = file.endsWith(".om") ? "application/openmetrics-text; version=1.0.0" : null;
    assertThat(board.read(Pages.file(file), type)).isEqualTo(EngineBoard.Scrape.OK);
    assertThat(reading().engine()).as(file).isEqualTo(engine);
    assertThat(reading().figures().values()).as(file).isEqualTo(figures);
    assertThat(reading().page().malformed()).as(file).isZero();
    assertThat(reading().page().leftOut()).as(file).isZero();
  }

  private EngineBoard.Reading reading() {
    return Objects.requireNonNull(board.fresh());
  }

  private static byte[] bytes(String page) {
    return page.getBytes(StandardCharsets.UTF_8);
  }
}
