package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import dev.streamgauge.telemetry.LiveMetrics.RetryReason;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import dev.streamgauge.timeline.RequestRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryTest {
  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "requests_total",
        "request_duration_seconds",
        "requests_in_flight",
        "longest_wait_seconds",
        "time_to_response_headers_seconds",
        "time_to_first_byte_seconds",
        "time_to_first_token_seconds",
        "time_to_first_answer_token_seconds",
        "inter_chunk_gap_seconds",
        "inter_token_latency_seconds",
        "time_per_output_token_seconds",
        "output_tokens_per_second",
        "longest_gap_seconds",
        "stream_stalls_total",
        "stream_stalled_seconds_total",
        "no_first_token_total",
        "tokens_total",
        "output_token_events_total",
        "request_input_tokens",
        "request_output_tokens",
        "queue_wait_seconds",
        "queue_length",
        "slo_requests_total",
        "upstream_connections",
        "upstream_connect_seconds",
        "upstream_retries_total",
        "usage_injections_total",
        "usage_removals_total",
        "overhead_seconds",
        "event_loop_lag_seconds",
        "limit_hits_total",
        "tls_handshake_failures_total",
        "client_paused_seconds_total",
        "parse_failures_total",
        "unparsed_total",
        "label_overflow_total",
        "access_log_dropped_total",
        "config_reloads_total",
        "engine_requests_waiting",
        "engine_requests_running",
        "engine_queue_seconds",
        "engine_prefill_seconds",
        "engine_decode_seconds",
        "engine_load_seconds",
        "frontend_tax_seconds",
        "energy_joules_per_output_token",
        "ttft_phase_seconds"
      })
  void everyFamilyIsOnThePageFromTheStart(String name) {
    MetricsText page = MetricsText.of(telemetry());
    assertThat(page.hasFamily("streamgauge_" + name)).isTrue();
    String sample = name.endsWith("_total") || !page.hasFamily(name) ? name : name + "_count";
    assertThat(page.sum("streamgauge_" + sample)).isZero();
  }

  @Test
  void withoutAGateItsLimitIsAbsentAndItsQueueEmpty() {
    Telemetry telemetry = telemetry();
    MetricsText without = MetricsText.of(telemetry);
    assertThat(without.hasFamily("streamgauge_concurrency_limit")).isFalse();
    assertThat(without.lines())
        .contains("streamgauge_queue_length 0.0", "streamgauge_queue_capacity 0.0");
    telemetry.live().watchGate(EngineSeriesTest.gate(3, 4, 8));
    assertThat(MetricsText.of(telemetry).lines()).contains("streamgauge_concurrency_limit 8.0");
  }

  @Test
  void everyLimitAndSideHasASeriesFromTheStartAndItsOwnCount() {
    Telemetry telemetry = telemetry();
    for (Limit limit : Limit.values()) {
      String series = "limit=\"" + limit.label() + "\"";
      assertThat(MetricsText.of(telemetry).count("streamgauge_limit_hits_total", series))
          .isEqualTo(1);
      telemetry.live().limitHit(limit);
      assertThat(MetricsText.of(telemetry).sum("streamgauge_limit_hits_total", series))
          .isEqualTo(1);
    }
    for (TlsSide side : TlsSide.values()) {
      telemetry.live().tlsHandshakeFailed(side);
    }
    for (String side : List.of("client", "upstream", "admin")) {
      assertThat(
              MetricsText.of(telemetry)
                  .sum("streamgauge_tls_handshake_failures_total", "side=\"" + side + "\""))
          .isEqualTo(1);
    }
  }

  @Test
  void theLabelsOfAFinishedStreamAreThoseOfTheContract() {
    Telemetry telemetry = telemetry();
    telemetry.accept(Records.streamed().engine(Records.ms(5), Records.ms(60)).record());
    MetricsText page = MetricsText.of(telemetry);
    String[] chat = {"model=\"llama\"", "operation=\"chat\""};
    assertThat(
            page.sum(
                "streamgauge_requests_total",
                chat[0],
                chat[1],
                "protocol=\"http/1.1\"",
                "stream=\"true\"",
                "status=\"200\"",
                "outcome=\"ok\""))
        .isEqualTo(1);
    assertThat(page.sum("streamgauge_time_to_first_token_seconds_sum", chat)).isEqualTo(0.1);
    assertThat(page.sum("streamgauge_time_to_first_answer_token_seconds_sum", chat))
        .isEqualTo(0.12);
    assertThat(page.sum("streamgauge_time_per_output_token_seconds_sum", "source=\"usage\""))
        .isEqualTo(0.01);
    assertThat(page.sum("streamgauge_tokens_total", "type=\"output\"", "source=\"usage\""))
        .isEqualTo(31);
    assertThat(page.sum("streamgauge_tokens_total", "type=\"cached_input\"")).isEqualTo(4);
    assertThat(page.sum("streamgauge_request_input_tokens_sum", chat)).isEqualTo(12);
    assertThat(page.sum("streamgauge_engine_prefill_seconds_sum")).isEqualTo(0.06);
    assertThat(page.sum("streamgauge_frontend_tax_seconds_sum", chat)).isEqualTo(0.035);
    assertThat(page.sum("streamgauge_ttft_phase_seconds_sum", chat))
        .isCloseTo(0.1, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(page.sum("streamgauge_queue_wait_seconds_sum", "result=\"admitted\""))
        .isEqualTo(0.002);
  }

  @Test
  void aTokensEnergyIsKnownWhereTheShareAndTheCountAre() {
    Telemetry telemetry = telemetry();
    telemetry.accept(Records.streamed().gpu(0.5, 62.0, false).record());
    telemetry.accept(Records.streamed().gpu(0.5, null, false).record());
    telemetry.accept(Records.refused().gpu(0.5, 62.0, false).record());
    MetricsText page = MetricsText.of(telemetry);
    String[] chat = {"model=\"llama\"", "operation=\"chat\""};
    String family = "streamgauge_energy_joules_per_output_token";
    assertThat(page.sum(family + "_sum", chat)).isEqualTo(2);
    assertThat(page.sum(family + "_count")).isEqualTo(1);
    assertThat(page.count(family + "_bucket", "le=\"0.001\"")).isEqualTo(2);
    assertThat(page.count(family + "_bucket", "le=\"1000.0\"")).isEqualTo(2);
  }

  @Test
  void whatTheDrainCutsOffInTheQueueHasWaitedAndWhatItRefusesHasNot() {
    Telemetry telemetry = telemetry();
    RequestRecord.Points cutOff = Records.neverAdmitted(Records.ms(30), Records.ms(40));
    telemetry.accept(Records.refused().outcome(Outcome.POLICY_DRAINING).status(503).record());
    telemetry.accept(
        Records.refused().outcome(Outcome.POLICY_DRAINING).status(null).points(cutOff).record());
    MetricsText page = MetricsText.of(telemetry);
    String cancelled = "result=\"cancelled\"";
    assertThat(page.sum("streamgauge_queue_wait_seconds_count", cancelled)).isEqualTo(1);
    assertThat(page.sum("streamgauge_queue_wait_seconds_sum", cancelled)).isEqualTo(0.03);
  }

  @Test
  void anyMixOfRequestsAddsUp() {
    Telemetry telemetry = telemetry();
    Random random = new Random(20260304);
    int generating = 0;
    int notStreamed = 0;
    for (int i = 0; i < 5_000; i++) {
      RequestRecord record = anyRecord(random);
      boolean generates = record.generating();
      generating += generates ? 1 : 0;
      notStreamed += generates && !record.stream() ? 1 : 0;
      telemetry.accept(record);
    }
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum("streamgauge_requests_total")).isEqualTo(5_000);
    assertThat(page.sum("streamgauge_request_duration_seconds_count")).isEqualTo(5_000);
    double outcomes = 0;
    for (Outcome outcome : Outcome.values()) {
      outcomes += page.sum("streamgauge_requests_total", "outcome=\"" + outcome.label() + "\"");
    }
    assertThat(outcomes).isEqualTo(5_000);
    double firstTokens = page.sum("streamgauge_no_first_token_total");
    for (Operation operation : Operation.values()) {
      if (operation.generating() || operation == Operation.INFER) {
        String label = "operation=\"" + operation.label() + "\"";
        firstTokens += page.sum("streamgauge_time_to_first_token_seconds_count", label);
      }
    }
    assertThat(firstTokens + notStreamed).isEqualTo(generating);
  }

  @Test
  void whatMovesDuringAStreamReturnsToZero() {
    Telemetry telemetry = telemetry();
    LiveMetrics live = telemetry.live();
    live.phaseEntered(Phase.PREFILL);
    live.upstreamConnections(ConnectionState.ACTIVE, 1);
    live.upstreamRetry(RetryReason.REUSED_CONNECTION_CLOSED);
    live.tokenEvents("llama", null, Operation.CHAT).add(2);
    live.tokenEvents(null, "llama", Operation.CHAT).add(1); // its answer bears no name
    live.tokenEvents(null, "made up", Operation.CHAT).add(1);
    MetricsText during = MetricsText.of(telemetry);
    assertThat(during.sum("streamgauge_requests_in_flight", "phase=\"prefill\"")).isEqualTo(1);
    assertThat(during.sum("streamgauge_engine_requests_running", "source=\"computed\""))
        .isEqualTo(1);
    assertThat(during.sum("streamgauge_upstream_connections", "state=\"active\"")).isEqualTo(1);
    assertThat(during.sum("streamgauge_output_token_events_total", "model=\"llama\"")).isEqualTo(3);
    assertThat(during.sum("streamgauge_output_token_events_total", "model=\"made up\"")).isZero();
    live.phaseLeft(Phase.PREFILL);
    live.upstreamConnections(ConnectionState.ACTIVE, -1);
    MetricsText after = MetricsText.of(telemetry);
    assertThat(after.sum("streamgauge_requests_in_flight")).isZero();
    assertThat(after.sum("streamgauge_upstream_connections")).isZero();
    assertThat(after.sum("streamgauge_upstream_retries_total")).isEqualTo(1);
  }

  @Test
  void openMetricsHasExemplarsAndAnEnd() {
    Telemetry telemetry = telemetry();
    telemetry.accept(Records.streamed().record());
    Rendered page = Rendered.by(telemetry, OPEN_METRICS, null);
    String text = new String(page.body(), StandardCharsets.UTF_8);
    assertThat(page.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
    assertThat(text).endsWith("# EOF\n");
    assertThat(text)
        .contains("# {request_id=\"req-1\",trace_id=\"0af7651916cd43dd8448eb211c80319c\"} 0.1");
  }

  @Test
  void protobufIsWrittenToThoseWhoPreferIt() {
    Telemetry telemetry = telemetry();
    telemetry.accept(Records.streamed().record());
    Rendered page = Rendered.by(telemetry, PROTOBUF + ";q=0.6," + OPEN_METRICS + ";q=0.5", null);
    assertThat(page.contentType()).startsWith("application/vnd.google.protobuf");
    Rendered other = Rendered.by(telemetry, PROTOBUF + ";q=0.5," + OPEN_METRICS + ";q=0.6", null);
    assertThat(other.contentType()).startsWith("application/openmetrics-text");
  }

  @Test
  void thePageIsCompressedOnlyForThoseWhoAskForIt() throws IOException {
    Telemetry telemetry = telemetry();
    Rendered plain = Rendered.by(telemetry, null, "gzip;q=0, br");
    Rendered small = Rendered.by(telemetry, null, "br, gzip");
    assertThat(plain.contentEncoding()).isNull();
    assertThat(small.contentEncoding()).isEqualTo("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
  }

  @ParameterizedTest
  @EnumSource(Histograms.class)
  void everyKindOfHistogramCanBeWrittenInEveryFormat(Histograms kind) {
    Telemetry telemetry = new Telemetry(with(kind, Semconv.BOTH, 100, List.of()));
    telemetry.accept(Records.streamed().record());
    for (String format : List.of("text/plain", OPEN_METRICS, PROTOBUF)) {
      assertThat(Rendered.by(telemetry, format, null).body()).isNotEmpty();
    }
    assertThat(MetricsText.of(telemetry).sum("streamgauge_time_to_first_token_seconds_count"))
        .isEqualTo(1);
  }

  @Test
  void moreModelsThanAllowedAreCountedAsOther() {
    Telemetry telemetry = new Telemetry(with(Histograms.BOTH, Semconv.OFF, 3, List.of()), () -> 7);
    for (int i = 0; i < 10; i++) {
      telemetry.accept(Records.streamed().model("m" + i).record());
    }
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum("streamgauge_requests_total", "model=\"other\"")).isEqualTo(7);
    assertThat(page.sum("streamgauge_label_overflow_total")).isEqualTo(7);
    assertThat(page.sum("streamgauge_access_log_dropped_total")).isEqualTo(7);
    assertThat(page.lines()).noneMatch(line -> line.startsWith("gen_ai_"));
  }

  @Test
  void theMirrorHasTheNamesOfItsProfile() {
    assertThat(names(Semconv.V1_41))
        .contains("gen_ai_server_request_duration_seconds", "gen_ai_client_token_usage")
        .doesNotContain("gen_ai_client_inference_operation_input_tokens");
    assertThat(names(Semconv.NEXT))
        .contains(
            "gen_ai_server_time_to_first_token_seconds",
            "gen_ai_client_inference_operation_input_tokens",
            "gen_ai_client_inference_usage_output_tokens_total")
        .doesNotContain("gen_ai_client_token_usage");
  }

  @Test
  void goodputNamesWhatBrokeATargetFirst() {
    Slo fast = new Slo("fast", Records.ms(100), null, null, null);
    Slo easy = new Slo("easy", Records.ms(101), Records.ms(11), Records.ms(501), null);
    Slo slowPace = new Slo("pace", Records.ms(101), Records.ms(10), null, null);
    Slo elsewhere = new Slo("elsewhere", Records.ms(1), null, null, "another");
    Telemetry telemetry =
        new Telemetry(
            with(Histograms.BOTH, Semconv.OFF, 100, List.of(fast, easy, slowPace, elsewhere)));
    telemetry.accept(Records.streamed().record());
    telemetry.accept(Records.streamed().outcome(Outcome.UPSTREAM_TRUNCATED).record());
    telemetry.accept(Records.streamed().outcome(Outcome.CALLER_ERROR).record());
    MetricsText page = MetricsText.of(telemetry);
    assertThat(slo(page, "fast", "false", "ttft")).isEqualTo(1);
    assertThat(slo(page, "easy", "true", "none")).isEqualTo(1);
    assertThat(slo(page, "pace", "false", "tpot")).isEqualTo(1);
    assertThat(slo(page, "easy", "false", "error")).isEqualTo(1);
    assertThat(page.sum("streamgauge_slo_requests_total", "slo=\"elsewhere\"")).isZero();
    assertThat(page.sum("streamgauge_slo_requests_total")).isEqualTo(6);
  }

  @Test
  void aTargetOfAModelCountsWhatFailedBeforeTheModelsFirstAnswer() {
    Slo slo = new Slo("fast", Records.ms(101), null, null, "llama");
    Telemetry telemetry = new Telemetry(with(Histograms.BOTH, Semconv.OFF, 100, List.of(slo)));
    telemetry.accept(refused("llama"));
    telemetry.accept(refused("llama"));
    telemetry.accept(refused("made up"));
    MetricsText before = MetricsText.of(telemetry);
    assertThat(slo(before, "fast", "false", "error")).isEqualTo(2);
    assertThat(before.sum("streamgauge_slo_requests_total", "model=\"other\"")).isEqualTo(2);
    telemetry.accept(Records.streamed().record());
    telemetry.accept(refused("llama"));
    MetricsText after = MetricsText.of(telemetry);
    assertThat(slo(after, "fast", "true", "none")).isEqualTo(1);
    assertThat(after.sum("streamgauge_slo_requests_total", "model=\"llama\"")).isEqualTo(2);
    assertThat(after.sum("streamgauge_slo_requests_total")).isEqualTo(4);
    assertThat(String.join("\n", after.lines())).doesNotContain("made up");
  }

  private static RequestRecord refused(String model) {
    return Records.refused()
        .operation(Operation.CHAT)
        .outcome(Outcome.POLICY_QUEUE_FULL)
        .requestedModel(model)
        .record();
  }

  private static double slo(MetricsText page, String name, String met, String violated) {
    return page.sum(
        "streamgauge_slo_requests_total",
        "slo=\"" + name + "\"",
        "met=\"" + met + "\"",
        "violated=\"" + violated + "\"");
  }

  private static RequestRecord anyRecord(Random random) {
    Records records = random.nextInt(4) == 0 ? Records.refused() : Records.streamed();
    records.operation(pick(Operation.values(), random)).outcome(pick(Outcome.values(), random));
    records.stream(random.nextBoolean()).status(random.nextInt(9) == 0 ? null : 200);
    if (random.nextInt(3) == 0) {
      records.points(Records.neverAdmitted(null, Records.ms(3)));
    }
    return records.record();
  }

  private static <T> T pick(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static List<String> names(Semconv semconv) {
    Telemetry telemetry = new Telemetry(with(Histograms.BOTH, semconv, 100, List.of()));
    telemetry.accept(Records.streamed().record());
    return MetricsText.of(telemetry).lines().stream()
        .filter(line -> line.startsWith("# TYPE gen_ai_"))
        .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
        .toList();
  }

  private static TelemetrySettings with(
      Histograms histograms, Semconv semconv, int modelsMax, List<Slo> slos) {
    return TelemetrySettings.defaults()
        .withMetrics(
            new TelemetrySettings.Metrics(
                histograms,
                semconv,
                modelsMax,
                List.of(),
                slos,
                TelemetrySettings.Metrics.defaults().buckets(),
                false));
  }

  private static Telemetry telemetry() {
    return new Telemetry(TelemetrySettings.defaults());
  }
}
