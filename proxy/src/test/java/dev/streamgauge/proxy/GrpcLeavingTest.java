package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A caller resets its call while the server's status is on its way to it, as both do at a deadline.
 * The caller takes no data, and so the trailers behind it wait.
 */
@Timeout(60)
final class GrpcLeavingTest {
  private static final byte[] MESSAGE = {0, 0, 0, 0, 2, 8, 1};

  @Test
  void behindAFailureThatTheServerToldItIsThatFailure() throws Exception {
    assertThat(resetBehindStatus("4").outcome()).isEqualTo(Outcome.UPSTREAM_TIMEOUT);
    assertThat(resetBehindStatus("13").outcome()).isEqualTo(Outcome.UPSTREAM_STREAM_ERROR);
  }

  @Test
  void beforeItsGoodEndIsOutItIsADisconnect() throws Exception {
    assertThat(resetBehindStatus("0").outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
  }

  private static RequestRecord resetBehindStatus(String status) throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    Http2Peer.Script script =
        server -> {
          answer(server, status);
          answered.countDown();
          server.awaitEnd();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(script));
        TestProxy proxy = TestProxy.before("grpc://127.0.0.1:" + upstream.port(), "127.0.0.1:0");
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      String path = "/inference.GRPCInferenceService/ModelStreamInfer";
      client.request(1, true, "POST", path, "content-type", "application/grpc", "te", "trailers");
      assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
      client.reset(1, Http2Error.CANCEL);
      RequestRecord record = proxy.next();
      assertThat(record.grpcStatus()).isEqualTo(Integer.valueOf(status));
      return record;
    }
  }

  private static void answer(Http2Peer server, String status) throws IOException {
    int stream = server.nextRequest().streamId();
    server.headers(stream, false, ":status", "200", "content-type", "application/grpc");
    server.data(stream, false, MESSAGE);
    server.headers(stream, true, "grpc-status", status);
    server.fence();
  }
}
