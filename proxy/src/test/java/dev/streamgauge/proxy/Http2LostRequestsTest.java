package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests on a connection of HTTP/2 to the server that come to no end. */
@Timeout(30)
final class Http2LostRequestsTest {
  private static final byte[] DATA = {0, 0, 1, 0, 0, 0, 0, 0, 3, 'x'};
  private static final byte[] CANCEL = {0, 0, 4, 3, 0, 0, 0, 0, 3, 0, 0, 0, 8};

  @Test
  void ofSeveralOnALostConnectionNoneIsSentAgain() throws Exception {
    Http2Peer.Script losing =
        server -> {
          server.answerOk(server.nextWhole());
          for (int i = 0; i < 3; i++) {
            server.nextWhole();
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(losing));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("200");
      var _ = proxy.next(Outcome.OK, 200);
      for (int id = 3; id < 9; id += 2) {
        client.get(id, "/");
      }
      for (int id = 3; id < 9; id += 2) {
        assertThat(client.answer(id).status()).isEqualTo("502");
        var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      }
      assertThat(proxy.gauges.retries).hasValue(0);
    }
  }

  /** RFC 9113 section 5.1: after RST_STREAM nothing is sent but PRIORITY. */
  @Test
  void nothingFollowsAReset() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> followed = new CompletableFuture<>();
    Http2Peer.Script watching =
        server -> {
          server.nextRequest();
          begun.countDown();
          server.next(FrameType.RST_STREAM, 3);
          long before = dataFrames(server);
          server.answerOk(server.nextWhole());
          followed.complete(dataFrames(server) > before);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(watching));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(3, false, "POST", "/");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      ByteArrayOutputStream inOneRead = new ByteArrayOutputStream();
      for (int i = 0; i < 3; i++) {
        inOneRead.writeBytes(DATA);
      }
      inOneRead.writeBytes(CANCEL);
      client.write(inOneRead.toByteArray());
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
      client.get(5, "/");
      assertThat(client.answer(5).status()).isEqualTo("200");
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(followed.get(10, TimeUnit.SECONDS)).isFalse();
    }
  }

  private static long dataFrames(Http2Peer server) {
    return server.unread().stream().filter(frame -> frame.type() == FrameType.DATA).count();
  }
}
