package dev.streamgauge.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Settings;
import dev.streamgauge.proxy.Timing;
import dev.streamgauge.telemetry.AccessLogJson;
import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Http2StreamTest {
  @Test
  void aCallEndsAsTheStatusInItsTrailersSays() {
    Http2Stream call = call();
    call.fromServer(headers(false, ":status", "200"), 1, 1000);
    call.fromServer(new Http2Frames.Data(1, false, new byte[] {0, 0, 0, 0, 0}), 2, 2000);
    call.fromServer(headers(true, "grpc-status", "13"), 3, 3000);

    assertThat(record(call).grpcStatus()).isEqualTo(13);
    assertThat(record(call).status()).isEqualTo(200);
    assertThat(record(call).outcome()).isEqualTo(Outcome.UPSTREAM_STREAM_ERROR);
    assertThat(line(call)).contains("\"status\":200", "\"grpc_status\":13");
  }

  @Test
  void aCallMayEndWithItsFirstHead() {
    Http2Stream call = call();
    call.fromServer(headers(true, ":status", "200", "grpc-status", "12"), 1, 1000);

    assertThat(record(call).grpcStatus()).isEqualTo(12);
    assertThat(record(call).outcome()).isEqualTo(Outcome.CALLER_ERROR);
  }

  @Test
  void aCallWithoutTrailersHasNoStatusOfItsOwn() {
    Http2Stream call = call();
    call.fromServer(headers(false, ":status", "200"), 1, 1000);
    call.fromServer(new Http2Frames.Data(1, true, new byte[0]), 2, 2000);

    assertThat(record(call).grpcStatus()).isNull();
    assertThat(record(call).outcome()).isEqualTo(Outcome.UPSTREAM_TRUNCATED);
    assertThat(line(call)).doesNotContain("grpc_status");
  }

  @Test
  void theMessageBesideAStatusIsTheErrorInPlainText() {
    Http2Stream call = call();
    String message = "out%0Aof memory%21";
    call.fromServer(
        headers(true, ":status", "200", "grpc-status", "14", "grpc-message", message), 1, 1000);

    assertThat(record(call).outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
    assertThat(record(call).error()).isEqualTo("out of memory!");
  }

  @Test
  void aCallThatItsCallerResetWasLeftWhateverHadCome() {
    Http2Stream call = call();
    call.fromServer(headers(false, ":status", "200"), 1, 1000);
    call.fromClient(new Http2Frames.Reset(1), 2000);
    call.fromServer(headers(true, "grpc-status", "1"), 3, 3000);

    assertThat(record(call).outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
    assertThat(record(call).grpcStatus()).isEqualTo(1);
  }

  @Test
  void inferencesOfOneCallAreTimedFromTheirOwnRequests() {
    Http2Stream call = call("/inference.GRPCInferenceService/ModelStreamInfer");
    call.fromClient(data("\0\0\0\0\3\32\1a"), 1000);
    call.fromClient(data("\0\0\0\0\3\32\1b"), 20_000);
    call.fromServer(
        headers(false, ":status", "200", "content-type", "application/grpc"), 1, 30_000);
    String outputs = "*\17\n\1o\22\5BYTES*\3B\1x";
    call.fromServer(data("\0\0\0\0\27\n\1m\32\1b" + outputs), 2, 50_000);
    call.fromServer(data("\0\0\0\0\27\n\1m\32\1a" + outputs), 3, 60_000);
    call.fromServer(headers(true, "grpc-status", "0"), 4, 90_000);

    assertThat(record(call).outcome()).isEqualTo(Outcome.OK);
    assertThat(record(call).model()).isEqualTo("m");
    assertThat(record(call).points().firstToken()).isEqualTo(50_000);
    assertThat(call.exchange().inferenceTtftMicros()).containsExactly(59, 30);
    assertThat(call.exchange().tokenTimesMicros()).containsExactly(30, 40);
  }

  private static Http2Frames.Data data(String bytes) {
    return new Http2Frames.Data(1, false, bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Http2Stream call() {
    return call("/a.B/C");
  }

  private static Http2Stream call(String path) {
    Http2Frames.Headers request =
        headers(false, ":method", "POST", ":path", path, "content-type", "application/grpc");
    ReplayedExchange exchange =
        new ReplayedExchange(
            Http2Stream.request(request), 0, Timing.of(Settings.defaults().metrics()));
    return new Http2Stream(exchange, request);
  }

  private static Http2Frames.Headers headers(boolean endsStream, String... namesAndValues) {
    Http2Headers fields = new DefaultHttp2Headers();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Http2Frames.Headers(1, endsStream, fields);
  }

  private static RequestRecord record(Http2Stream call) {
    return call.exchange().record();
  }

  private static String line(Http2Stream call) {
    AccessLogJson json = new AccessLogJson(AccessLogging.defaults());
    return new String(json.line(record(call), AccessLogJson.Extras.none()), StandardCharsets.UTF_8);
  }
}
