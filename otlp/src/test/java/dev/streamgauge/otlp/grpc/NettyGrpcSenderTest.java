package dev.streamgauge.otlp.grpc;

import static dev.streamgauge.otlp.grpc.FakeCollector.hangUp;
import static dev.streamgauge.otlp.grpc.FakeCollector.http;
import static dev.streamgauge.otlp.grpc.FakeCollector.lastCall;
import static dev.streamgauge.otlp.grpc.FakeCollector.message;
import static dev.streamgauge.otlp.grpc.FakeCollector.reset;
import static dev.streamgauge.otlp.grpc.FakeCollector.silence;
import static dev.streamgauge.otlp.grpc.FakeCollector.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.otlp.grpc.FakeCollector.Word;
import io.netty.handler.codec.http2.Http2Error;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NettyGrpcSenderTest {
  private static final byte[] EMPTY_MESSAGE = {0, 0, 0, 0, 0};

  @Test
  void aCallHasTheMethodTheFieldsAndTheMessageBehindItsPrefix() {
    try (FakeCollector collector = new FakeCollector(message(EMPTY_MESSAGE))) {
      GrpcResponse answer = send(collector, SenderSettings.of(collector.port()));
      assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      FakeCollector.Seen call = collector.seen.getFirst();
      assertThat(call.fields().path()).hasToString("/x.TraceService/Export");
      assertThat(call.fields().get("content-type")).hasToString("application/grpc");
      assertThat(call.fields().get("te")).hasToString("trailers");
      assertThat(call.fields().get("x-tenant")).hasToString("a");
      assertThat(call.fields().get("grpc-timeout").toString()).matches("[1-9][0-9]{0,7}m");
      assertThat(new String(call.framed(), 5, call.framed().length - 5, StandardCharsets.UTF_8))
          .isEqualTo("batch");
      assertThat(call.framed()).startsWith(0, 0, 0, 0, 5);
    }
  }

  @Test
  void oneConnectionCarriesAllCalls() {
    try (FakeCollector collector = new FakeCollector()) {
      NettyGrpcSender sender = new NettyGrpcSender(SenderSettings.of(collector.port()));
      for (int i = 0; i < 3; i++) {
        assertThat(SentBatch.by(sender).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      }
      assertThat(collector.connections.get()).isEqualTo(1);
    }
  }

  /** OTLP 1.10, "Failures": the others say that the same batch would fail again. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4, 10, 11, 14, 15})
  void aStatusThatMayPassIsTriedAgain(int status) {
    try (FakeCollector collector = new FakeCollector(status(status), status(status))) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      assertThat(collector.seen).hasSize(3);
      assertThat(collector.connections.get()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 6, 7, 8, 9, 12, 13, 16})
  void oneThatWouldComeAgainIsNotTriedAgain(int status) {
    try (FakeCollector collector = new FakeCollector(status(status, "grpc-message", "not%20so"))) {
      GrpcResponse answer = send(collector);
      assertThat(answer.getStatusCode().getValue()).isEqualTo(status);
      assertThat(answer.getStatusDescription()).isEqualTo("not so");
      assertThat(collector.seen).hasSize(1);
    }
  }

  @Test
  void exhaustedWithRetryInfoIsTriedAgain() {
    Word exhausted =
        status(8, "grpc-status-details-bin", RetryInfoTest.details(Duration.ofMillis(1)));
    try (FakeCollector collector = new FakeCollector(exhausted)) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      assertThat(collector.seen).hasSize(2);
    }
  }

  @Test
  void whoAsksToWaitLongerThanABatchLastsIsNotAskedAgain() {
    Word later = status(14, "grpc-status-details-bin", RetryInfoTest.details(Duration.ofHours(1)));
    try (FakeCollector collector = new FakeCollector(later)) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.UNAVAILABLE);
      assertThat(collector.seen).hasSize(1);
    }
  }

  @Test
  void atMostSoManyTriesAreMadeAsThePolicySays() {
    Word no = status(14);
    try (FakeCollector collector = new FakeCollector(no, no, no, no, no, no)) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.UNAVAILABLE);
      assertThat(collector.seen).hasSize(SenderSettings.TRIES);
    }
  }

  /** The collector has taken the batch and says which of it was wrong: OTLP forbids a repeat. */
  @Test
  void partialSuccessIsSuccess() {
    byte[] rejectedOne = {0, 0, 0, 0, 4, 0x0a, 0x02, 0x08, 0x01};
    try (FakeCollector collector = new FakeCollector(message(rejectedOne))) {
      GrpcResponse answer = send(collector);
      assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      assertThat(answer.getResponseMessage()).containsExactly(0x0a, 0x02, 0x08, 0x01);
      assertThat(collector.seen).hasSize(1);
    }
  }

  @Test
  void aConnectionThatIsLostIsOpenedAnew() {
    try (FakeCollector collector = new FakeCollector(hangUp())) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      assertThat(collector.connections.get()).isEqualTo(2);
    }
  }

  @Test
  void aConnectionThatTakesNoMoreCallsIsReplaced() {
    try (FakeCollector collector = new FakeCollector(lastCall())) {
      NettyGrpcSender sender = new NettyGrpcSender(SenderSettings.of(collector.port()));
      for (int i = 0; i < 2; i++) {
        assertThat(SentBatch.by(sender).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      }
      assertThat(collector.connections.get()).isEqualTo(2);
    }
  }

  @Test
  void aCallThatWasRefusedIsTriedAgain() {
    try (FakeCollector collector = new FakeCollector(reset(Http2Error.REFUSED_STREAM))) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
    }
  }

  @Test
  void aCallThatBrokeTheProtocolIsNot() {
    try (FakeCollector collector = new FakeCollector(reset(Http2Error.PROTOCOL_ERROR))) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.INTERNAL);
      assertThat(collector.seen).hasSize(1);
    }
  }

  @Test
  void whereNobodyListensItIsUnavailable() throws IOException {
    int port;
    try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = nobody.getLocalPort();
    }
    GrpcResponse answer = SentBatch.by(new NettyGrpcSender(SenderSettings.of(port)));
    assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.UNAVAILABLE);
    assertThat(answer.getStatusDescription()).contains("refused");
  }

  /** It may come from a proxy in front of the collector. */
  @Test
  void aGatewayThatFindsNoCollectorIsAskedAgain() {
    try (FakeCollector collector = new FakeCollector(http("503", "text/html"))) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
    }
  }

  @Test
  void whatIsNoGrpcIsAFailure() {
    try (FakeCollector collector =
        new FakeCollector(http("200", "text/html"), http("404", "text/html"))) {
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.UNKNOWN);
      assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.UNIMPLEMENTED);
    }
  }

  @Test
  void anAnswerThatIsNotOneMessageIsAFailure() {
    byte[] cut = {0, 0, 0, 0, 9, 1};
    byte[] compressed = {1, 0, 0, 0, 0};
    byte[] endless = new byte[SenderSettings.ANSWER_BYTES_MAX + 6];
    try (FakeCollector collector =
        new FakeCollector(message(cut), message(compressed), message(endless))) {
      for (int i = 0; i < 3; i++) {
        assertThat(send(collector).getStatusCode()).isEqualTo(GrpcStatusCode.INTERNAL);
      }
      assertThat(collector.seen).hasSize(3);
    }
  }

  /** The one that hangs holds a batch, and not the connection of the next. */
  @Test
  void whoDoesNotAnswerInTimeLosesItsConnection() {
    try (FakeCollector collector = new FakeCollector(silence())) {
      NettyGrpcSender sender =
          new NettyGrpcSender(SenderSettings.of(collector.port(), Duration.ofMillis(300)));
      GrpcResponse answer = SentBatch.by(sender);
      assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.DEADLINE_EXCEEDED);
      assertThat(SentBatch.by(sender).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
      assertThat(collector.connections.get()).isEqualTo(2);
    }
  }

  @Test
  void triesAltogetherLastNoLongerThanTheTimeOut() {
    Word no = status(14);
    try (FakeCollector collector = new FakeCollector(no, no, no, no)) {
      long before = System.nanoTime();
      GrpcResponse answer =
          send(collector, SenderSettings.slowToTryAgain(collector.port(), Duration.ofMillis(300)));
      assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.UNAVAILABLE);
      assertThat(collector.seen).hasSize(1);
      assertThat(System.nanoTime() - before)
          .isLessThan(TimeUnit.SECONDS.toNanos(SenderSettings.SLOW_SECONDS));
    }
  }

  private static GrpcResponse send(FakeCollector collector) {
    return send(collector, SenderSettings.of(collector.port()));
  }

  private static GrpcResponse send(FakeCollector collector, SenderSettings settings) {
    assertThat(settings.getEndpoint().getPort()).isEqualTo(collector.port());
    return SentBatch.by(new NettyGrpcSender(settings));
  }
}
