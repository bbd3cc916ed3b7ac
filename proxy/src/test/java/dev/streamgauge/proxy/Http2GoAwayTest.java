package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static dev.streamgauge.telemetry.LiveMetrics.RetryReason.REUSED_CONNECTION_CLOSED;
import static dev.streamgauge.telemetry.LiveMetrics.RetryReason.REUSED_CONNECTION_GOAWAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A server that goes away: what it says it has not taken is sent again over a fresh connection,
 * where all of it is still here; what it has taken it may end.
 */
@Timeout(30)
final class Http2GoAwayTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch bothAsked = new CountDownLatch(2);

  /** What the first connection does with its second request, after it has answered the first. */
  private interface Leaving {
    void leave(Http2Peer server, int streamId) throws IOException;
  }

  private ScriptedUpstream leaving(Leaving leaving) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              boolean first = connections.incrementAndGet() == 1;
              server.answerOk(server.nextWhole());
              if (first) {
                leaving.leave(server, server.nextRequest().streamId());
              } else {
                server.answerOk(server.nextWhole());
              }
              server.awaitEnd();
            }));
  }

  private static void firstRequest(TestProxy proxy) throws Exception {
    try (Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/first");
      assertThat(client.answer(1).body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void whatWasNotTakenIsSentAgain() throws Exception {
    Leaving untaken = (server, id) -> server.goAway(id - 2, Http2Error.NO_ERROR);
    try (ScriptedUpstream upstream = leaving(untaken);
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Socket old = proxy.send(GET)) {
        assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.transfer().retries()).isEqualTo(1);
        assertThat(proxy.gauges.retries).hasValue(1);
        assertThat(proxy.gauges.retryReasons).containsExactly(REUSED_CONNECTION_GOAWAY);
      }
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void aBodyThatWasNotTakenIsSentAgainWithIt() throws Exception {
    Leaving untaken = (server, id) -> server.goAway(id - 2, Http2Error.NO_ERROR);
    try (ScriptedUpstream upstream = leaving(untaken);
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Http2Peer client = Http2Peer.client(proxy)) {
        client.request(1, false, "POST", "/");
        client.data(1, false, "some");
        client.data(1, true, "more");
        assertThat(client.answer(1).body()).isEqualTo("ok");
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.transfer().retries()).isEqualTo(1);
        assertThat(record.transfer().requestBytes()).isEqualTo(8);
      }
    }
  }

  @Test
  void whatIsTooLargeToBeKeptIsNotSentAgain() throws Exception {
    Leaving untaken =
        (server, id) -> {
          for (int bytes = 0; bytes < 60_000; ) {
            bytes += server.on(id).payload().length;
          }
          server.goAway(id - 2, Http2Error.NO_ERROR);
        };
    try (ScriptedUpstream upstream = leaving(untaken);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--retry-body-bytes", "1KiB")) {
      firstRequest(proxy);
      try (Http2Peer client = Http2Peer.client(proxy)) {
        client.request(1, false, "POST", "/");
        for (int i = 0; i < 6; i++) {
          client.data(1, false, new byte[10_000]);
        }
        assertThat(client.answer(1).status()).isEqualTo("502");
        assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).transfer().retries()).isZero();
      }
    }
  }

  @Test
  void whatWasTakenIsEndedAndNothingNewIsSent() throws Exception {
    Leaving taken =
        (server, id) -> {
          server.goAway(id, Http2Error.NO_ERROR);
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.fence();
          server.data(id, true, "more");
        };
    try (ScriptedUpstream upstream = leaving(taken);
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Http2Peer client = Http2Peer.client(proxy)) {
        client.get(1, "/");
        assertThat(client.answer(1).body()).isEqualTo("somemore");
        assertThat(proxy.next(Outcome.OK, 200).transfer().retries()).isZero();
        client.get(3, "/");
        assertThat(client.answer(3).body()).isEqualTo("ok");
        assertThat(proxy.next(Outcome.OK, 200).transfer().upstreamReused()).isFalse();
      }
      assertThat(upstream.connections).hasValue(2);
    }
  }

  /** Of an answer that has begun nothing is sent again. */
  @Test
  void anAnswerThatHadBegunIsBrokenOff() throws Exception {
    Leaving begun =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.fence();
          server.goAway(id - 2, Http2Error.INTERNAL_ERROR);
        };
    try (ScriptedUpstream upstream = leaving(begun);
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Http2Peer client = Http2Peer.client(proxy)) {
        client.get(1, "/");
        Http2Peer.Answer answer = client.answer(1);
        assertThat(answer.body()).isEqualTo("some");
        assertThat(answer.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
        assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().retries()).isZero();
      }
    }
  }

  @Test
  void aReusedConnectionThatClosesUnderARequestIsReplaced() throws Exception {
    try (ScriptedUpstream upstream = leaving((server, _) -> server.close());
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Socket old = proxy.send(GET)) {
        assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
        assertThat(proxy.next(Outcome.OK, 200).transfer().retries()).isEqualTo(1);
        assertThat(proxy.gauges.retryReasons).containsExactly(REUSED_CONNECTION_CLOSED);
      }
    }
  }

  /** Another one that is idle may be gone as well, for the server may have closed them all. */
  @Test
  void whatIsSentAgainTakesNoConnectionThatWasThereBefore() throws Exception {
    Http2Peer.Script once =
        server -> {
          int first = server.nextWhole();
          bothAsked.countDown();
          server.answerOk(await(bothAsked, first));
          var _ = server.nextRequest();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(once));
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-streams", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      client.get(3, "/3");
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(client.answer(3).body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
      client.get(5, "/5");
      assertThat(client.answer(5).body()).isEqualTo("ok");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().retries()).isEqualTo(1);
      assertThat(record.transfer().upstreamReused()).isFalse();
      assertThat(upstream.connections).hasValue(3);
    }
  }

  private static int await(CountDownLatch latch, int value) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return value;
  }

  /** A server that wants calm is not asked once more. */
  @Test
  void whatAFreshConnectionDoesNotTakeIsNotSentAgain() throws Exception {
    ScriptedUpstream.Script calm =
        Http2Peer.server(
            server -> {
              var _ = server.nextRequest();
              server.goAway(0, Http2Error.ENHANCE_YOUR_CALM);
              server.awaitEnd();
            });
    try (ScriptedUpstream upstream = new ScriptedUpstream(calm);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("502");
      RequestRecord record = proxy.next(Outcome.UPSTREAM_RESET, 502);
      assertThat(record.transfer().retries()).isZero();
      client.request(3, true, "POST", "/a.B/C", "content-type", "application/grpc");
      assertThat(client.answer(3).field("grpc-status")).isEqualTo("14");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().retries()).isZero();
      assertThat(proxy.gauges.retries).hasValue(0);
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void whatWasSentAgainIsNotSentAThirdTime() throws Exception {
    ScriptedUpstream.Script going =
        Http2Peer.server(
            server -> {
              if (connections.incrementAndGet() == 1) {
                server.answerOk(server.nextWhole());
              }
              server.goAway(server.nextRequest().streamId() - 2, Http2Error.NO_ERROR);
              server.awaitEnd();
            });
    try (ScriptedUpstream upstream = new ScriptedUpstream(going);
        TestProxy proxy = TestProxy.beforeHttp2(upstream)) {
      firstRequest(proxy);
      try (Socket old = proxy.send(GET)) {
        assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
        assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).transfer().retries()).isEqualTo(1);
      }
      assertThat(upstream.connections).hasValue(2);
    }
  }

  @Test
  void aFreshConnectionThatClosesIsNotTriedAgain() throws Exception {
    ScriptedUpstream.Script closing =
        Http2Peer.server(server -> assertThat(server.nextRequest().end()).isTrue());
    try (ScriptedUpstream upstream = new ScriptedUpstream(closing);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).transfer().retries()).isZero();
      assertThat(upstream.connections).hasValue(1);
    }
  }
}
