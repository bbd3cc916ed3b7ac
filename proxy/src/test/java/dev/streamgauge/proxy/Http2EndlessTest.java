package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one client or server can repeat for nothing comes to an end. */
@Timeout(30)
final class Http2EndlessTest {
  private static final int MAX_HEADER_LIST_SIZE = 6;

  /** RFC 9113 section 6.5.2: the server says what it takes. */
  @Test
  void aHeadAboveTheServersLimitIsNotSentAgain() throws Exception {
    try (ScriptedUpstream upstream = Http2Peer.answering(MAX_HEADER_LIST_SIZE, 1_000);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/small");
      assertThat(client.answer(1).status()).isEqualTo("200");
      var _ = proxy.next(Outcome.OK, 200);
      client.get(3, "/large", "x-large", "x".repeat(2_000));
      assertThat(client.answer(3).status()).isEqualTo("431");
      var _ = proxy.next(Outcome.CALLER_INVALID, 431);
      client.get(5, "/small");
      assertThat(client.answer(5).status()).isEqualTo("200");
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  /** Their answers wait for windows as those of any other. */
  @Test
  void requestsThatAreRefusedAtOnceCountAsStreams() throws Exception {
    try (ScriptedUpstream upstream = Http2Peer.answering();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--http2-max-streams", "4");
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      for (int id = 1; id < 9; id += 2) {
        client.headers(id, true, ":method", "GET", ":scheme", "http", ":path", "/");
        assertThat(client.on(id).field(":status")).isEqualTo("400");
      }
      client.headers(9, true, ":method", "GET", ":scheme", "http", ":path", "/");
      assertThat(client.on(9)).hasToString("RST_STREAM 9 REFUSED_STREAM");
      client.settings(Http2Peer.INITIAL_WINDOW_SIZE, 65_535);
      for (int id = 1; id < 9; id += 2) {
        var _ = proxy.next(Outcome.CALLER_INVALID, 400);
      }
    }
  }

  @Test
  void aConnectionWithRefusalsThatNobodyTakesIsClosedAsAnIdleOne() throws Exception {
    try (ScriptedUpstream upstream = Http2Peer.answering();
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--client-idle-timeout", "100ms");
        Http2Peer client = Http2Peer.client(proxy, Http2Peer.INITIAL_WINDOW_SIZE, 0)) {
      client.headers(1, true, ":method", "GET", ":scheme", "http", ":path", "/");
      assertThat(client.on(1).field(":status")).isEqualTo("400");
      client.awaitEnd();
      var _ = proxy.next(Outcome.CALLER_INVALID, 400);
    }
  }

  /** To some clients it would make what came so far a whole answer. */
  @Test
  void noErrorIsNotHandedOnWhereTheAnswerIsNotWhole() throws Exception {
    Http2Peer.Script ending =
        server -> {
          int id = server.nextWhole();
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.reset(id, Http2Error.NO_ERROR);
          server.nextWhole();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(ending));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
    }
  }

  /** Those that come in one read go on as one. */
  @Test
  void aBodyInManySmallPiecesPassesWhole() throws Exception {
    int pieces = 2_000;
    Http2Peer.Script reading =
        server -> {
          Http2Frame head = server.nextRequest();
          assertThat(server.answer(head.streamId()).body()).hasSize(pieces);
          server.answerOk(head.streamId());
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(reading));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/");
      for (int i = 1; i <= pieces; i++) {
        client.data(1, i == pieces, "x");
      }
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(pieces);
    }
  }
}
