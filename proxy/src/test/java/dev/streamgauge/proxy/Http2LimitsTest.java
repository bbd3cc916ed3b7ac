package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Past each limit of HTTP/2 the connection, or the request, ends, and the limit is counted. */
@Timeout(30)
final class Http2LimitsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** What a client does too often. */
  private interface Flood {
    void send(Http2Peer client) throws IOException;
  }

  /** Answers nothing. */
  private static ScriptedUpstream silent() throws IOException {
    return new ScriptedUpstream((in, _, _) -> assertThat(in.readAllBytes()).isNotNull());
  }

  private static void endsTheConnection(Limit limit, int requests, Flood flood, String... options)
      throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      flood.send(client);
      Http2Frame last = client.next(FrameType.GOAWAY);
      assertThat(last.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(proxy.gauges.limits).containsExactly(limit);
      for (int i = 0; i < requests; i++) {
        RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, null);
        String ours = "we ended its connection: limit " + limit.label();
        boolean byClient = limit == Limit.RESETS_RECEIVED; // it had reset them before
        assertThat(record.error()).isEqualTo(byClient ? null : ours);
      }
    }
  }

  /** A fault names its kind and no word of the client's. */
  @Test
  void whatABrokenConnectionTakesWithItIsToldAsOurDoing() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      client.fence();
      client.windowUpdate(0, 0);
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, null);
      assertThat(record.error()).isEqualTo("we ended its connection: PROTOCOL_ERROR");
    }
  }

  @Test
  void tooManyResetsByTheClient() throws Exception {
    endsTheConnection(
        Limit.RESETS_RECEIVED,
        6,
        client -> {
          for (int id = 1; id < 12; id += 2) {
            client.get(id, "/");
            client.reset(id, Http2Error.CANCEL);
          }
        },
        "--http2-max-resets-received",
        "5");
  }

  /** The peer has sent one as it began. */
  @Test
  void tooManyWindowUpdates() throws Exception {
    endsTheConnection(
        Limit.EMPTY_FRAMES,
        0,
        client -> times(10, () -> client.windowUpdate(0, 1)),
        "--http2-max-window-updates",
        "10");
  }

  /** So that who did it on purpose cannot begin again at once; GOAWAY comes at once. */
  @Test
  void aConnectionThatBrokeTheRulesIsHeldForASecondAndNotRead() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      long beganNanos = System.nanoTime();
      client.windowUpdate(0, 0);
      assertThat(client.next(FrameType.GOAWAY).error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
      client.awaitEnd();
      assertThat(System.nanoTime() - beganNanos).isGreaterThanOrEqualTo(1_000_000_000L);
    }
  }

  /** Each provoked by a head that is none. */
  @Test
  void tooManyResetsThatTheClientMakesUsSend() throws Exception {
    endsTheConnection(
        Limit.RESETS_SENT,
        0,
        client -> {
          for (int id = 1; id < 10; id += 2) {
            client.request(id, true, "GET", "none");
          }
        },
        "--http2-max-resets-sent",
        "4");
  }

  @Test
  void tooManyPings() throws Exception {
    endsTheConnection(Limit.PINGS, 0, client -> times(10, client::ping), "--http2-max-pings", "10");
  }

  @Test
  void tooManySettings() throws Exception {
    endsTheConnection(
        Limit.SETTINGS, 0, client -> times(10, client::settings), "--http2-max-settings", "10");
  }

  @Test
  void tooManyEmptyFramesOfData() throws Exception {
    endsTheConnection(
        Limit.EMPTY_FRAMES,
        1,
        client -> {
          client.request(1, false, "POST", "/");
          times(11, () -> client.data(1, false, ""));
        },
        "--http2-max-empty-frames",
        "10");
  }

  @Test
  void tooManyPriorities() throws Exception {
    endsTheConnection(
        Limit.EMPTY_FRAMES,
        0,
        client -> times(11, () -> client.frame(FrameType.PRIORITY.number(), 0, 1, new byte[5])),
        "--http2-max-ignored-frames",
        "10");
  }

  /** Those that stand behind the last one in the same read are no further hits. */
  @Test
  void tooManyFramesOfUnknownTypes() throws Exception {
    byte[] frames = new byte[20 * 9];
    for (int at = 0; at < frames.length; at += 9) {
      frames[at + 3] = 99;
    }
    endsTheConnection(
        Limit.EMPTY_FRAMES, 0, client -> client.write(frames), "--http2-max-ignored-frames", "10");
  }

  @Test
  void tooManyAcknowledgementsOfPingsThatWereNone() throws Exception {
    endsTheConnection(
        Limit.PINGS,
        0,
        client -> times(10, () -> ack(client, FrameType.PING, new byte[8])),
        "--http2-max-pings",
        "10");
  }

  @Test
  void tooManyAcknowledgementsOfSettingsThatWereNone() throws Exception {
    endsTheConnection(
        Limit.SETTINGS,
        0,
        client -> times(10, () -> ack(client, FrameType.SETTINGS, new byte[0])),
        "--http2-max-settings",
        "10");
  }

  private static void ack(Http2Peer client, FrameType type, byte[] payload) throws IOException {
    client.frame(type.number(), Http2Frame.ACK, 0, payload);
  }

  @Test
  void tooManyGoAways() throws Exception {
    endsTheConnection(
        Limit.EMPTY_FRAMES,
        0,
        client -> times(11, () -> client.goAway(0, Http2Error.NO_ERROR)),
        "--http2-max-ignored-frames",
        "10");
  }

  /** The client has reset nothing. */
  @Test
  void streamsThatWeRefuseAreNoResetsOfTheClients() throws Exception {
    String[] options = {"--http2-max-streams", "1", "--http2-max-resets-received", "5"};
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, options);
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 40; id += 2) {
        client.get(id, "/");
      }
      assertThat(client.answer(39).reset()).isEqualTo(Http2Error.REFUSED_STREAM);
      client.fence();
      assertThat(client.noneUnread(FrameType.GOAWAY)).isTrue();
      client.reset(1, Http2Error.CANCEL);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
    }
  }

  @Test
  void tooManyStreamsThatHadToBeRefused() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, "--http2-max-streams", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id <= 2 * 1_002; id += 2) {
        client.get(id, "/");
      }
      assertThat(client.next(FrameType.GOAWAY).error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
    }
  }

  /** Each costs the codec an exception. */
  @Test
  void tooMuchDataOfARequestThatWasReset() throws Exception {
    endsTheConnection(
        Limit.EMPTY_FRAMES,
        0,
        client -> {
          client.request(1, false, "POST", "none");
          times(11, () -> client.data(1, false, "x"));
        },
        "--http2-max-ignored-frames",
        "10");
  }

  @Test
  void tooManyContinuations() throws Exception {
    endsTheConnection(
        Limit.CONTINUATIONS,
        0,
        client -> {
          client.frame(FrameType.HEADERS.number(), 0, 1, client.block(1, ":method", "GET"));
          times(4, () -> client.frame(FrameType.CONTINUATION.number(), 0, 1, new byte[0]));
        },
        "--http2-max-continuations",
        "3");
  }

  private interface Act {
    void run() throws IOException;
  }

  /** A settings() of no settings, and the like. */
  private static void times(int times, Act act) throws IOException {
    for (int i = 0; i < times; i++) {
      act.run();
    }
  }

  private static void nextRequestWorks(TestProxy proxy, Http2Peer client, int id) throws Exception {
    client.get(id, "/ok");
    assertThat(client.answer(id).body()).isEqualTo("ok");
    var _ = proxy.next(Outcome.OK, 200);
  }

  @Test
  void oneStreamTooManyIsRefusedUntilAnotherEnds() throws Exception {
    CompletableFuture<Boolean> goOn = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            assertThat(goOn.join()).isTrue();
            out.write(ascii(OK));
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, "--http2-max-streams", "2");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      client.get(1, "/");
      client.get(3, "/");
      client.get(5, "/");
      assertThat(client.answer(5).reset()).isEqualTo(Http2Error.REFUSED_STREAM);
      assertThat(proxy.gauges.limits).containsExactly(Limit.STREAMS);
      goOn.complete(true);
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(client.answer(3).body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.OK, 200);
      var _ = proxy.next(Outcome.OK, 200);
      nextRequestWorks(proxy, client, 7);
    }
  }

  @Test
  void aStreamTooManyIsCountedBeforeTheClientKnowsTheLimit() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, "--http2-max-streams", "1");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/"); // our SETTINGS have not been read, let alone acknowledged
      client.get(3, "/");
      assertThat(client.answer(3).reset()).isEqualTo(Http2Error.REFUSED_STREAM);
      assertThat(proxy.gauges.limits).containsExactly(Limit.STREAMS);
      client.reset(1, Http2Error.CANCEL);
      var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
    }
  }

  @Test
  void aClientThatSendsNoSettingsIsGivenUp() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, "--request-head-timeout", "400ms");
        Socket socket = proxy.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
      Http2Peer client = new Http2Peer(socket.getInputStream(), socket.getOutputStream(), socket);
      assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADER_TIMEOUT);
      client.close();
    }
  }

  @Test
  void aHeadThatDoesNotEndIsGivenUp() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, "--request-head-timeout", "400ms");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      client.frame(FrameType.HEADERS.number(), 0, 1, client.block(1, ":method", "GET"));
      assertThat(client.next(FrameType.GOAWAY).error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADER_TIMEOUT);
    }
  }

  @Test
  void aFrameThatDoesNotEndIsGivenUp() throws Exception {
    try (ScriptedUpstream upstream = silent();
        TestProxy proxy = TestProxy.before(upstream, "--request-head-timeout", "400ms");
        Http2Peer client = Http2Peer.client(proxy)) {
      client.fence();
      client.write(new byte[] {0, 0, 100, 1, 4, 0, 0, 0, 1, 0});
      assertThat(client.next(FrameType.GOAWAY).error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(proxy.gauges.limits).containsExactly(Limit.HEADER_TIMEOUT);
    }
  }

  @Test
  void aConnectionWithoutARequestIsDrained() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream, "--client-idle-timeout", "400ms");
        Http2Peer client = Http2Peer.client(proxy)) {
      nextRequestWorks(proxy, client, 1);
      client.acksPings = false;
      client.awaitEnd();
      assertThat(client.unread().stream().filter(frame -> frame.type() == FrameType.GOAWAY))
          .map(Http2Frame::toString)
          .containsExactly("GOAWAY 0 2147483647 NO_ERROR", "GOAWAY 0 1 NO_ERROR");
      assertThat(proxy.gauges.limits).containsExactly(Limit.IDLE_TIMEOUT);
    }
  }
}
