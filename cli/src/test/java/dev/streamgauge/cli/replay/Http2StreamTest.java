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

  private static Http2Stream call() {
    Http2Frames.Headers request =
        headers(false, ":method", "POST", ":path", "/a.B/C", "content-type", "application/grpc");
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
