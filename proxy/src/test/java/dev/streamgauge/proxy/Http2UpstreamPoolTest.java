package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which connection of HTTP/2 to the server a request takes, and when there is another one. */
@Timeout(30)
final class Http2UpstreamPoolTest {
  /** A request that the server has and has not answered. */
  private record Asked(Http2Peer server, int connection, String path, int streamId) {
    void answer() throws IOException {
      server.answerOk(streamId);
    }
  }

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Hands the requests out; the test answers. */
  private ScriptedUpstream asking(int... settings) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              int connection = connections.incrementAndGet();
              while (true) {
                Http2Frame head = server.nextRequest();
                String path = String.valueOf(head.field(":path"));
                asked.add(new Asked(server, connection, path, head.streamId()));
              }
            },
            settings));
  }

  private Asked next() throws InterruptedException {
    @Nullable Asked next = asked.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("a request at the server").isNotNull();
    return next;
  }

  @Test
  void streamsShareOneConnection() throws Exception {
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send("GET /old HTTP/1.1\r\nHost: x\r\n\r\n")) {
      List<Asked> all = new ArrayList<>(List.of(next()));
      for (int id = 1; id < 20; id += 2) {
        client.get(id, "/" + id);
        all.add(next());
      }
      assertThat(proxy.gauges.upstreamActive).hasValue(1);
      for (Asked one : all.reversed()) {
        assertThat(one.connection()).isEqualTo(1);
        one.answer();
        assertThat(proxy.next(Outcome.OK, 200).path()).isEqualTo(one.path());
      }
      assertThat(ScriptedUpstream.readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      TestProxy.await("an idle connection", () -> proxy.gauges.upstreamIdle.get() == 1);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void pastTheServersOwnLimitAnotherConnectionIsOpened() throws Exception {
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 2);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      List<Asked> all = new ArrayList<>();
      for (int id = 1; id < 10; id += 2) {
        client.get(id, "/" + id);
        all.add(next());
      }
      assertThat(all).extracting(Asked::connection).containsExactly(1, 1, 2, 2, 3);
      for (Asked one : all) {
        one.answer();
        var _ = proxy.next(Outcome.OK, 200);
      }
      assertThat(client.noneUnread(FrameType.RST_STREAM)).isTrue();
    }
  }

  @Test
  void pastOurOwnLimitToo() throws Exception {
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-streams", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.get(3, "/3");
      Asked second = next();
      assertThat(second.connection()).isEqualTo(2);
      second.answer();
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void pastTheLastConnectionRequestsWaitInTheirOrder() throws Exception {
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-connections", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 14; id += 2) {
        client.get(id, "/" + id);
      }
      List<String> order = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        Asked one = next();
        order.add(one.path());
        one.answer();
        var _ = proxy.next(Outcome.OK, 200);
      }
      assertThat(order).containsExactly("/1", "/3", "/5", "/7", "/9", "/11", "/13");
      assertThat(upstream.connections).hasValue(1);
      assertThat(proxy.gauges.limits).contains(Limit.UPSTREAM_STREAMS);
    }
  }

  @Test
  void oneThatWaitsTooLongIsToldWhichLimitThatIs() throws Exception {
    String[] options = {"--http2-upstream-connections", "1", "--upstream-connect-timeout", "300ms"};
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.get(3, "/3");
      Http2Peer.Answer answer = client.answer(3);
      assertThat(answer.status()).isEqualTo("503");
      assertThat(answer.field("retry-after")).isEqualTo("1");
      String why =
          "all streams to the server are taken: --http2-upstream-connections is 1,"
              + " and the server takes no more on one";
      assertThat(answer.body()).contains(why);
      RequestRecord record = proxy.next(Outcome.POLICY_QUEUE_TIMEOUT, 503);
      assertThat(record.error()).isEqualTo(why);
      assertThat(record.points().connected()).isNull();
      assertThat(proxy.gauges.limits)
          .containsExactly(Limit.UPSTREAM_STREAMS, Limit.UPSTREAM_STREAM_WAIT);
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aCallThatWaitsTooLongIsUnavailable() throws Exception {
    String[] options = {
      "--http2-upstream-connections", "1",
      "--http2-upstream-streams", "1",
      "--upstream-connect-timeout", "300ms"
    };
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.request(3, true, "POST", "/a.B/C", "content-type", "application/grpc");
      Http2Peer.Answer answer = client.answer(3);
      assertThat(answer.field("grpc-status")).isEqualTo("14");
      assertThat(answer.field("grpc-message"))
          .contains("all streams to the server are taken", "--http2-upstream-streams is 1");
      var _ = proxy.next(Outcome.POLICY_QUEUE_TIMEOUT, 200);
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void anIdleConnectionIsInTheState() throws Exception {
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--upstream-keep-alive", "1m");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked asked = next();
      TestProxy.await("the request", () -> proxy.server.stateJson().contains("\"age_seconds\""));
      assertThat(proxy.server.stateJson()).contains("\"upstream_idle\":0");
      asked.answer();
      var _ = proxy.next(Outcome.OK, 200);
      TestProxy.await(
          "its connection", () -> proxy.server.stateJson().contains("\"upstream_idle\":1"));
    }
  }

  @Test
  void oneWhoseClientLeavesWaitsNoMore() throws Exception {
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-connections", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.get(3, "/3");
      client.get(5, "/5");
      client.reset(3, Http2Error.CANCEL);
      assertThat(proxy.next(Outcome.CALLER_DISCONNECT, null).path()).isEqualTo("/3");
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
      Asked last = next();
      assertThat(last.path()).isEqualTo("/5");
      last.answer();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aSettingThatAllowsMoreLetsTheWaitingGo() throws Exception {
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-connections", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.get(3, "/3");
      client.fence();
      first.server().settings(Http2Peer.MAX_CONCURRENT_STREAMS, 2);
      Asked second = next();
      assertThat(second.path()).isEqualTo("/3");
      second.answer();
      first.answer();
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void anIdleConnectionIsClosedInTime() throws Exception {
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--upstream-keep-alive", "200ms");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      next().answer();
      var _ = proxy.next(Outcome.OK, 200);
      TestProxy.await("its end", () -> upstream.open.get() == 0);
      client.get(3, "/3");
      Asked second = next();
      assertThat(second.connection()).isEqualTo(2);
      second.answer();
      assertThat(proxy.next(Outcome.OK, 200).transfer().upstreamReused()).isFalse();
    }
  }

  /** A stream that its client left is reset there, and leaves room for another. */
  @Test
  void aStreamThatTheClientLeftIsResetWithItsCode() throws Exception {
    try (ScriptedUpstream upstream = asking(Http2Peer.MAX_CONCURRENT_STREAMS, 1);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-upstream-connections", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/1");
      Asked first = next();
      client.reset(1, Http2Error.ENHANCE_YOUR_CALM);
      client.get(3, "/3");
      Asked second = next();
      assertThat(second.connection()).isEqualTo(1);
      assertThat(first.server().unread())
          .map(Http2Frame::toString)
          .contains("RST_STREAM " + first.streamId() + " ENHANCE_YOUR_CALM");
      second.answer();
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aStreamThatAClientOfHttp1LeftIsCancelled() throws Exception {
    try (ScriptedUpstream upstream = asking();
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
        Http2Peer client = Http2Peer.client(proxy)) {
      Asked first = next();
      TestProxy.reset(old);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
      client.get(1, "/3");
      Asked second = next();
      assertThat(first.server().unread())
          .map(Http2Frame::toString)
          .contains("RST_STREAM " + first.streamId() + " CANCEL");
      second.answer();
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(upstream.connections).hasValue(1);
    }
  }
}
