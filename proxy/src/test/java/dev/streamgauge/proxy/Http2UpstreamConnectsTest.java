package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for what where a further connection of HTTP/2 to the server can't be had. */
@Timeout(30)
final class Http2UpstreamConnectsTest {
  /** A request that the server has and has not answered. */
  private record Asked(Http2Peer server, int connection, int streamId) {
    void answer() throws IOException {
      server.answerOk(streamId);
    }
  }

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** One stream on each connection; some are closed as they come. */
  private ScriptedUpstream refusing(IntPredicate refused) throws IOException {
    return new ScriptedUpstream(
        (in, out, socket) -> {
          int connection = connections.incrementAndGet();
          if (!refused.test(connection)) {
            Http2Peer.server(
                    server -> {
                      while (true) {
                        int id = server.nextRequest().streamId();
                        asked.add(new Asked(server, connection, id));
                      }
                    },
                    Http2Peer.MAX_CONCURRENT_STREAMS,
                    1)
                .serve(in, out, socket);
          }
        });
  }

  private Asked next() throws InterruptedException {
    @Nullable Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a request at the server").isNotNull();
    return next;
  }

  @Test
  void aFurtherConnectionThatFailsIsTriedAgain() throws Exception {
    try (ScriptedUpstream upstream = refusing(connection -> connection == 2);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.get(3, "/3");
      Asked second = next();
      assertThat(second.connection()).isEqualTo(3);
      second.answer();
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void itIsTriedEverMoreSeldom() throws Exception {
    String[] wait = {"--upstream-connect-timeout", "1500ms"};
    try (ScriptedUpstream upstream = refusing(connection -> connection > 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, wait);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      for (int id = 3; id < 41; id += 2) {
        client.get(id, "/" + id);
      }
      for (int id = 3; id < 41; id += 2) {
        assertThat(client.answer(id).status()).isEqualTo("502");
        assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error())
            .contains("no further connection");
      }
      // 19 that wait ask for as many at first; then 250, 500 and 1000 ms lie between two.
      assertThat(upstream.connections.get()).isBetween(2, 1 + 19 + 4);
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void meanwhileAStreamThatBecomesFreeServes() throws Exception {
    try (ScriptedUpstream upstream = refusing(_ -> false);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      upstream.acceptNoMore();
      client.get(3, "/3");
      client.fence();
      first.answer();
      Asked second = next();
      assertThat(second.connection()).isEqualTo(1);
      second.answer();
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void whereNothingIsLeftThoseWhoWaitFailAtOnce() throws Exception {
    try (ScriptedUpstream upstream = refusing(_ -> false);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--upstream-connect-timeout", "1m");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      upstream.acceptNoMore();
      client.get(3, "/3");
      client.fence();
      first.server().close();
      assertThat(client.answer(1).status()).isEqualTo("502");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      assertThat(client.answer(3).status()).isEqualTo("502");
      assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error()).contains("did not accept");
    }
  }
}
