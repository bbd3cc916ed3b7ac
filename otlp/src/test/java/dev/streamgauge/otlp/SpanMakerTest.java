package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.telemetry.TelemetrySettings.Semconv;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord.SpanPlace;
import dev.streamgauge.timeline.RequestRecord.Stall;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpanMakerTest {
  private static final String PARENT = "00f067aa0ba902b7";

  @Test
  void aRequestIsOneServerSpanWithAChildForEachPartThatTookPlace() {
    List<SpanData> spans = spans(Semconv.V1_41, Finished.stream());
    SpanData server = server(spans);
    assertThat(server.getName()).isEqualTo("chat served");
    assertThat(server.getTraceId()).isEqualTo(Finished.TRACE);
    assertThat(server.getSpanId()).isEqualTo(Finished.SPAN);
    assertThat(server.getParentSpanContext().isValid()).isFalse();
    assertThat(spans)
        .filteredOn(span -> span.getKind() == SpanKind.INTERNAL)
        .allMatch(span -> span.getParentSpanId().equals(Finished.SPAN))
        .extracting(SpanData::getName, SpanMakerTest::startMillis, SpanMakerTest::endMillis)
        .containsExactly(
            tuple("queue", 0L, 5L),
            tuple("connect", 5L, 7L),
            tuple("prefill", 8L, 50L),
            tuple("generation", 50L, 90L));
    assertThat(startMillis(server)).isZero();
    assertThat(endMillis(server)).isEqualTo(100);
  }

  @Test
  void theFirstTokenAndStallsAreEventsAtTheirTime() {
    Finished request =
        Finished.stream().stalls(new Stall(TimeUnit.MILLISECONDS.toNanos(80), 20_000_000));
    assertThat(server(spans(Semconv.V1_41, request)).getEvents())
        .extracting(event -> event.getName(), event -> millis(event.getEpochNanos()))
        .containsExactly(tuple("first_token", 50L), tuple("stall", 80L));
  }

  @Test
  void whoSentTheRequestIsTheParentAndTheStateGoesWithIt() {
    Finished request = Finished.stream().span(new SpanPlace(PARENT, "a=b, c=d"));
    SpanData server = server(spans(Semconv.V1_41, request));
    assertThat(server.getParentSpanId()).isEqualTo(PARENT);
    assertThat(server.getParentSpanContext().isRemote()).isTrue();
    assertThat(server.getSpanContext().getTraceState().asMap())
        .containsExactly(entry("a", "b"), entry("c", "d"));
  }

  @Test
  void whatIsNotSampledHasNoSpan() {
    assertThat(spans(Semconv.V1_41, Finished.stream().span(null))).isEmpty();
  }

  @Test
  void onlyWhereAServerIsToBlameTheSpanIsAnError() {
    assertThat(status(Outcome.OK)).isEqualTo(StatusCode.UNSET);
    assertThat(status(Outcome.CALLER_DISCONNECT)).isEqualTo(StatusCode.UNSET);
    assertThat(status(Outcome.UPSTREAM_TRUNCATED)).isEqualTo(StatusCode.ERROR);
    assertThat(status(Outcome.POLICY_QUEUE_FULL)).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void namesFollowTheProfile() {
    assertThat(keys(Semconv.V1_41))
        .contains("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.output_tokens")
        .doesNotContain("gen_ai.usage.cache_write.input_tokens");
    assertThat(keys(Semconv.NEXT))
        .contains("gen_ai.usage.cache_write.input_tokens", "gen_ai.usage.output_tokens")
        .doesNotContain("gen_ai.usage.cache_creation.input_tokens");
    assertThat(keys(Semconv.BOTH))
        .contains(
            "gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens");
    assertThat(keys(Semconv.OFF)).noneMatch(key -> key.startsWith("gen_ai."));
  }

  @Test
  void neitherQueryNorAddressIsToldUnlessAllowed() {
    SpanData server = server(spans(Semconv.V1_41, Finished.stream().path("/v1/x?key=secret")));
    assertThat(server.getAttributes().toString()).doesNotContain("secret", Finished.CLIENT);
  }

  /** Methods are the client's words. */
  @Test
  void anUnknownMethodIsNoName() {
    SpanData server = server(spans(Semconv.V1_41, Finished.other("BREW")));
    assertThat(server.getName()).isEqualTo("HTTP");
    assertThat(server.getAttributes().get(AttributeKey.stringKey("http.request.method")))
        .isEqualTo("_OTHER");
    assertThat(server.getAttributes().asMap().keySet())
        .noneMatch(key -> key.getKey().startsWith("gen_ai."));
  }

  private static List<String> keys(Semconv profile) {
    return server(spans(profile, Finished.stream())).getAttributes().asMap().keySet().stream()
        .map(AttributeKey::getKey)
        .toList();
  }

  private static StatusCode status(Outcome outcome) {
    return server(spans(Semconv.V1_41, Finished.stream().outcome(outcome)))
        .getStatus()
        .getStatusCode();
  }

  private static SpanData server(List<SpanData> spans) {
    assertThat(spans).filteredOn(span -> span.getKind() == SpanKind.SERVER).hasSize(1);
    return spans.getLast();
  }

  private static List<SpanData> spans(Semconv profile, Finished request) {
    SpanMaker maker =
        new SpanMaker(
            Resource.empty(), new SpanAttributes(profile, ClientAddress.OFF, false), "1", null);
    maker.add(request.record());
    return maker.take();
  }

  private static long startMillis(SpanData span) {
    return millis(span.getStartEpochNanos());
  }

  private static long endMillis(SpanData span) {
    return millis(span.getEndEpochNanos());
  }

  private static long millis(long epochNanos) {
    return TimeUnit.NANOSECONDS.toMillis(epochNanos) - Finished.RECEIVED_AT.toEpochMilli();
  }
}
