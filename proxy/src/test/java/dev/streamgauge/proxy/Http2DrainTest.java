package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A drain says so twice (RFC 9113 section 6.8), and serves what is there and on its way. */
@Timeout(30)
final class Http2DrainTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<Boolean> goOn = new CompletableFuture<>();

  /** Begins the answer to {@code /slow}, and goes on when told to. */
  private ScriptedUpstream slow() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            if (head.startsWith("GET /slow ")) {
              out.write(ascii(OK.substring(0, OK.length() - 1)));
              begun.countDown();
              assertThat(goOn.join()).isTrue();
              out.write('k');
            } else {
              out.write(ascii(OK));
            }
          }
        });
  }

  private static void acknowledge(Http2Peer client, Http2Frame ping) throws IOException {
    client.frame(FrameType.PING.number(), Http2Frame.ACK, 0, ping.payload());
  }

  @Test
  void whatIsThereAndOnItsWayIsServed() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.acksPings = false;
      client.get(1, "/slow");
      begun.await();
      CompletableFuture<Void> drained = proxy.server.drain("test");
      assertThat(client.next(FrameType.GOAWAY)).hasToString("GOAWAY 0 2147483647 NO_ERROR");
      Http2Frame ping = client.next(FrameType.PING);
      client.get(3, "/ok");
      assertThat(client.answer(3).body()).isEqualTo("ok");
      assertThat(proxy.next(Outcome.OK, 200).path()).isEqualTo("/ok");
      acknowledge(client, ping);
      assertThat(client.next(FrameType.GOAWAY)).hasToString("GOAWAY 0 3 NO_ERROR");
      assertThat(drained.isDone()).isFalse();
      goOn.complete(true);
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(proxy.next(Outcome.OK, 200).path()).isEqualTo("/slow");
      assertThat(drained).succeedsWithin(10, TimeUnit.SECONDS);
      client.awaitEnd();
    }
  }

  @Test
  void anIdleConnectionEndsOnceTheClientKnows() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      var _ = proxy.server.drain("test");
      client.awaitEnd();
      assertThat(client.unread().stream().filter(frame -> frame.type() == FrameType.GOAWAY))
          .map(Http2Frame::toString)
          .containsExactly("GOAWAY 0 2147483647 NO_ERROR", "GOAWAY 0 0 NO_ERROR");
    }
  }

  /** A second is enough for what was on its way. */
  @Test
  void aClientThatDoesNotAnswerThePingIsToldAllTheSame() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      client.acksPings = false;
      var _ = proxy.server.drain("test");
      client.awaitEnd();
      assertThat(client.unread().stream().filter(frame -> frame.type() == FrameType.GOAWAY))
          .hasSize(2);
    }
  }

  @Test
  void aRequestThatComesWhenNothingWasLeftIsRefused() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.acksPings = false;
      client.fence();
      var _ = proxy.server.drain("test");
      var _ = client.next(FrameType.GOAWAY);
      client.get(1, "/ok");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.status()).isEqualTo("503");
      assertThat(answer.field("retry-after")).isEqualTo("1");
      assertThat(answer.body()).contains("\"type\":\"policy_draining\"");
      assertThat(proxy.next(Outcome.POLICY_DRAINING, 503).path()).isEqualTo("/ok");
      client.request(3, true, "POST", "/a.B/c", "content-type", "application/grpc");
      Http2Frame head = client.on(3);
      assertThat(head.end()).isTrue();
      assertThat(head.fields())
          .contains(":status: 200", "content-type: application/grpc", "grpc-status: 14");
      RequestRecord record = proxy.next(Outcome.POLICY_DRAINING, 200);
      assertThat(record.grpcStatus()).isEqualTo(14);
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void whatTheDrainsLimitCutsOffIsReset() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/slow");
      begun.await();
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      assertThat(client.on(1)).hasToString("DATA 1 o");
      proxy.server.close();
      assertThat(client.on(1)).hasToString("RST_STREAM 1 CANCEL");
      assertThat(client.next(FrameType.GOAWAY).number()).isEqualTo(1);
      client.awaitEnd();
      assertThat(proxy.next(Outcome.POLICY_DRAINING, 200).error()).contains("drain");
      goOn.complete(true);
    }
  }
}
