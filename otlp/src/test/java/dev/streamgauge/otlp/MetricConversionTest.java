package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricConversionTest {
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());

  @Test
  void aCounterIsACumulativeSumWithoutItsSuffix() {
    telemetry.accept(Finished.stream().record());
    MetricData requests = metric("streamgauge_requests", false);
    assertThat(requests.getType()).isEqualTo(MetricDataType.DOUBLE_SUM);
    assertThat(requests.getDoubleSumData().isMonotonic()).isTrue();
    assertThat(requests.getDoubleSumData().getPoints())
        .filteredOn(point -> point.getValue() == 1)
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.getAttributes().get(OUTCOME)).isEqualTo("ok");
              assertThat(point.getStartEpochNanos()).isEqualTo(1);
              assertThat(point.getEpochNanos()).isEqualTo(2);
            });
  }

  /** 50 ms: the bucket up to 60 ms, and of scale 4 the one from 2^(-70/16) s on. */
  @Test
  void aHistogramHasTheSameCountInEitherForm() {
    telemetry.accept(Finished.stream().record());
    MetricData explicit = metric("streamgauge_time_to_first_token_seconds", false);
    assertThat(explicit.getUnit()).isEqualTo("s");
    HistogramPointData point = only(explicit.getHistogramData().getPoints());
    assertThat(point.getCounts()).hasSize(point.getBoundaries().size() + 1);
    assertThat(point.getCounts().get(point.getBoundaries().indexOf(0.06))).isEqualTo(1);
    assertThat(point.getExemplars())
        .singleElement()
        .satisfies(
            exemplar -> {
              assertThat(exemplar.getSpanContext().getTraceId()).isEqualTo(Finished.TRACE);
              assertThat(exemplar.getSpanContext().getSpanId()).isEqualTo(Finished.SPAN);
              assertThat(exemplar.getValue()).isEqualTo(0.05);
            });
    ExponentialHistogramPointData exponential =
        only(
            metric("streamgauge_time_to_first_token_seconds", true)
                .getExponentialHistogramData()
                .getPoints());
    assertThat(exponential.getScale()).isEqualTo(4);
    assertThat(exponential.getCount()).isEqualTo(1);
    int index = exponential.getPositiveBuckets().getOffset();
    assertThat(exponential.getPositiveBuckets().getBucketCounts()).containsExactly(1L);
    assertThat(0.05).isGreaterThan(Math.pow(2, index / 16.0));
    assertThat(0.05).isLessThanOrEqualTo(Math.pow(2, (index + 1) / 16.0));
  }

  @Test
  void theMirrorHasItsDottedNamesAndNoEmptyLabels() {
    telemetry.accept(Finished.stream().record());
    MetricData duration = metric("gen_ai.server.request.duration", false);
    assertThat(duration.getUnit()).isEqualTo("s");
    assertThat(duration.getHistogramData().getPoints())
        .allSatisfy(point -> assertThat(point.getAttributes().get(ERROR_TYPE)).isNull())
        .anySatisfy(
            point ->
                assertThat(
                        point.getAttributes().get(AttributeKey.stringKey("gen_ai.operation.name")))
                    .isEqualTo("chat"));
    assertThat(metric("gen_ai.client.token.usage", false).getUnit()).isEqualTo("{token}");
  }

  private static <T extends PointData> T only(Collection<T> points) {
    List<T> chats =
        points.stream()
            .filter(
                point ->
                    "chat".equals(point.getAttributes().get(AttributeKey.stringKey("operation"))))
            .toList();
    assertThat(chats).hasSize(1);
    return chats.getFirst();
  }

  private MetricData metric(String name, boolean exponential) {
    MetricConversion conversion =
        new MetricConversion(
            Resource.empty(), InstrumentationScopeInfo.create("x"), 1, exponential);
    return conversion.convert(telemetry.scrape(), 2).stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
