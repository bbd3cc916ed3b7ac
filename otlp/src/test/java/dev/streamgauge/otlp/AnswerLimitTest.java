package dev.streamgauge.otlp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.OtlpSettings.Signal;
import dev.streamgauge.config.OtlpSettings.Target;
import dev.streamgauge.config.Settings;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswerLimitTest {
  private static final GrpcSender NO_SENDER =
      new GrpcSender() {
        @Override
        public void send(
            MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
          onError.accept(new IOException("sends nothing"));
        }

        @Override
        public CompletableResultCode shutdown() {
          return CompletableResultCode.ofSuccess();
        }
      };

  private final HttpServer collector;
  private int answerBytes;

  AnswerLimitTest() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/", this::answer);
    collector.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(200, answerBytes);
      exchange.getResponseBody().write(new byte[answerBytes]);
    }
  }

  @AfterEach
  void stop() {
    collector.stop(0);
  }

  @Test
  void anAnswerAboveTheLimitIsAFailureOfEachSignal() throws IOException {
    answerBytes = (int) AnswerLimit.ANSWER_BYTES_MAX + 1;
    assertThat(sent()).containsExactly(false, false, false);
  }

  @Test
  void anAnswerUpToTheLimitIsTaken() throws IOException {
    answerBytes = (int) AnswerLimit.ANSWER_BYTES_MAX;
    assertThat(sent()).containsExactly(true, true, true);
  }

  @Test
  void aSenderOfGrpcIsToldTheLimit() {
    AtomicLong told = new AtomicLong();
    GrpcSenderProvider asks =
        config -> {
          told.set(config.getMaxResponseBodySize());
          return NO_SENDER;
        };
    OtlpGrpcSpanExporter.builder().setComponentLoader(new AnswerLimit(only(asks))).build().close();
    assertThat(told.get()).isEqualTo(AnswerLimit.ANSWER_BYTES_MAX);
  }

  private static ComponentLoader only(GrpcSenderProvider provider) {
    return new ComponentLoader() {
      @Override
      public <T> Iterable<T> load(Class<T> kind) {
        return kind.isInstance(provider) ? List.of(kind.cast(provider)) : List.of();
      }
    };
  }

  /** Of traces, metrics and logs: whether the exporter took it for sent. */
  private List<Boolean> sent() throws IOException {
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    Settings settings =
        Settings.load(List.of("--otlp-endpoint", endpoint), new Environment(Map.of(), 1));
    Map<Signal, Target> targets =
        requireNonNull(((Settings.Loaded) settings).proxy().otlp()).targets();
    try (SpanExporter spans = Exporters.spans(requireNonNull(targets.get(Signal.TRACES)));
        MetricExporter metrics = Exporters.metrics(requireNonNull(targets.get(Signal.METRICS)));
        LogRecordExporter logs = Exporters.logs(requireNonNull(targets.get(Signal.LOGS)))) {
      return List.of(
          succeeded(spans.export(List.of())),
          succeeded(metrics.export(List.of())),
          succeeded(logs.export(List.of())));
    }
  }

  private static boolean succeeded(CompletableResultCode result) {
    return result.join(30, TimeUnit.SECONDS).isSuccess();
  }
}
