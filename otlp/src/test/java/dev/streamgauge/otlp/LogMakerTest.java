package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.AccessLogChoice;
import dev.streamgauge.telemetry.AccessLogFields;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.timeline.Outcome;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogMakerTest {
  private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("request_id");

  private final Taken exporter = new Taken();

  @Test
  void aRequestIsOneRecordWithItsFieldsUnderTheirOwnNames() {
    LogRecordData log = log(Finished.stream(), ClientAddress.OFF);
    assertThat(log.getEventName()).isEqualTo("streamgauge.access");
    assertThat(log.getBodyValue())
        .isNotNull()
        .extracting(Value::asString)
        .isEqualTo("POST /v1/chat/completions 200 ok");
    assertThat(log.getAttributes().get(REQUEST_ID)).isEqualTo("req-1");
    assertThat(log.getAttributes().get(AttributeKey.longKey("output_tokens"))).isEqualTo(9);
    assertThat(log.getAttributes().get(AttributeKey.booleanKey("stream"))).isTrue();
    assertThat(log.getAttributes().get(AttributeKey.doubleKey("ttft_ms"))).isEqualTo(50);
  }

  @Test
  void aFieldWithinAnObjectHasTheObjectsNameBeforeIt() {
    assertThat(keys(log(Finished.stream(), ClientAddress.OFF)))
        .contains("phases.queue_ms")
        .doesNotContain("phases");
  }

  /** They have places of their own in a record. */
  @Test
  void timeTraceAndSpanAreNoAttributes() {
    LogRecordData log = log(Finished.stream(), ClientAddress.OFF);
    assertThat(keys(log)).doesNotContain("time", "trace_id", "span_id");
    assertThat(log.getSpanContext().getTraceId()).isEqualTo(Finished.TRACE);
    assertThat(log.getSpanContext().getSpanId()).isEqualTo(Finished.SPAN);
    assertThat(log.getSpanContext().isSampled()).isTrue();
    long received = MetricPusher.epochNanos(Finished.RECEIVED_AT);
    assertThat(log.getTimestampEpochNanos()).isEqualTo(received);
    assertThat(log.getObservedTimestampEpochNanos())
        .isEqualTo(received + TimeUnit.MILLISECONDS.toNanos(100));
  }

  @Test
  void aRequestWithoutASpanIsNotMarkedAsSampled() {
    LogRecordData log = log(Finished.stream().span(null), ClientAddress.OFF);
    assertThat(log.getSpanContext().getTraceId()).isEqualTo(Finished.TRACE);
    assertThat(log.getSpanContext().isSampled()).isFalse();
  }

  @Test
  void whoIsToBlameDecidesTheSeverity() {
    assertThat(severity(Outcome.OK)).isEqualTo(Severity.INFO);
    assertThat(severity(Outcome.CALLER_DISCONNECT)).isEqualTo(Severity.WARN);
    assertThat(severity(Outcome.UPSTREAM_RESET)).isEqualTo(Severity.ERROR);
  }

  @Test
  void neitherQueryNorAddressIsToldUnlessAllowed() {
    Finished request = Finished.stream().path("/v1/x?key=secret");
    assertThat(log(request, ClientAddress.OFF).toString())
        .doesNotContain("secret", Finished.CLIENT);
    assertThat(log(request, ClientAddress.FULL).toString())
        .contains(Finished.CLIENT)
        .doesNotContain("secret");
  }

  @Test
  void whatWasSentIsNotSentAgain() {
    LogMaker maker = maker(ClientAddress.OFF);
    maker.add(Finished.stream().record());
    maker.add(Finished.stream().record());
    assertThat(maker.send().isSuccess()).isTrue();
    maker.add(Finished.stream().record());
    assertThat(maker.send().isSuccess()).isTrue();
    assertThat(exporter.sizes).containsExactly(2, 1);
    maker.shutdown();
    assertThat(exporter.shutdowns).isEqualTo(1);
  }

  private Severity severity(Outcome outcome) {
    return log(Finished.stream().outcome(outcome), ClientAddress.OFF).getSeverity();
  }

  private static List<String> keys(LogRecordData log) {
    return log.getAttributes().asMap().keySet().stream().map(AttributeKey::getKey).toList();
  }

  private LogRecordData log(Finished request, ClientAddress client) {
    LogMaker maker = maker(client);
    maker.add(request.record());
    assertThat(maker.made()).hasSize(1);
    return maker.made().getFirst();
  }

  private LogMaker maker(ClientAddress client) {
    AccessLogging logging = AccessLogging.defaults().withClient(client);
    return new LogMaker(
        Resource.empty(),
        new AccessLogFields(logging),
        new AccessLogChoice(logging),
        exporter,
        "1");
  }

  /** Takes all. */
  private static final class Taken implements LogRecordExporter {
    private final List<Integer> sizes = new ArrayList<>();
    private int shutdowns;

    @Override
    public CompletableResultCode export(Collection<LogRecordData> logs) {
      sizes.add(logs.size());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      shutdowns++;
      return CompletableResultCode.ofSuccess();
    }
  }
}
