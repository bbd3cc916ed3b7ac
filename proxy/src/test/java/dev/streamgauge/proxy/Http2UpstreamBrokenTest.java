package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server of HTTP/2 broke off is broken off for clients of either, and only that answer. */
@Timeout(30)
final class Http2UpstreamBrokenTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String MALFORMED = "the upstream's response is malformed: ";

  /** What becomes of one stream. */
  private interface Breaking {
    void strike(Http2Peer server, int streamId) throws IOException;
  }

  /** Answers {@code GET /ok}, and breaks all else. */
  private static ScriptedUpstream breaking(Breaking breaking) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              while (true) {
                Http2Frame head = server.nextRequest();
                if ("/ok".equals(head.field(":path"))) {
                  server.answerOk(head.streamId());
                } else {
                  breaking.strike(server, head.streamId());
                }
              }
            }));
  }

  private static void nextRequestWorks(TestProxy proxy, Http2Peer client) throws Exception {
    client.get(101, "/ok");
    assertThat(client.answer(101).body()).isEqualTo("ok");
    var _ = proxy.next(Outcome.OK, 200);
  }

  private static String all(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED_STREAM", "INTERNAL_ERROR", "CANCEL", "ENHANCE_YOUR_CALM"})
  void aResetBeforeTheHeadKeepsItsCodeOrIsABadGateway(Http2Error code) throws Exception {
    try (ScriptedUpstream upstream = breaking((server, id) -> server.reset(id, code));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error()).contains(code.name());
      client.get(1, "/");
      assertThat(client.on(1)).hasToString("RST_STREAM 1 " + code);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, null).error()).contains(code.name());
      nextRequestWorks(proxy, client);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"CANCEL", "INTERNAL_ERROR"})
  void aResetInTheBodyBreaksTheAnswer(Http2Error code) throws Exception {
    Breaking half =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.reset(id, code);
        };
    try (ScriptedUpstream upstream = breaking(half);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(all(old)).doesNotContain("0\r\n\r\n");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
      client.get(1, "/");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("some");
      assertThat(answer.reset()).isEqualTo(code);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().responseBytes()).isEqualTo(4);
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void aConnectionThatEndsInTheBodyBreaksTheAnswer() throws Exception {
    Breaking gone =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.fence();
          server.close();
        };
    try (ScriptedUpstream upstream = breaking(gone);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(all(old)).isEqualTo("4\r\nsome\r\n");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
      client.get(1, "/");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("some");
      assertThat(answer.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
      nextRequestWorks(proxy, client);
    }
  }

  /** An answer whose bytes are not as many as it says (RFC 9113 section 8.1.1). */
  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void anAnswerOfAnotherLengthThanSaidIsBroken(int length) throws Exception {
    Breaking lying =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-length", "" + length);
          server.data(id, true, "four");
        };
    try (ScriptedUpstream upstream = breaking(lying);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(all(old).length()).isLessThan(length);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
      client.get(1, "/");
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error())
          .isEqualTo(
              "the upstream's response is malformed: it is not as long as its Content-Length");
      nextRequestWorks(proxy, client);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void anAnswerThatEndsBeforeTheLengthItSaysIsABadGateway() throws Exception {
    Breaking lying =
        (server, id) -> server.headers(id, true, ":status", "200", "content-length", "5");
    try (ScriptedUpstream upstream = breaking(lying);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      nextRequestWorks(proxy, client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        ":status 20",
        ":status 101",
        ":status 200|connection close",
        ":status 200|transfer-encoding chunked",
        ":status 200|A b",
        ":status 200|a b\r\nc: d",
        ":status 200|:path /",
      })
  void aHeadThatIsNoneIsABadGateway(String head) throws Exception {
    Breaking bad = (server, id) -> server.headers(id, false, Http2Peer.fields(head));
    try (ScriptedUpstream upstream = breaking(bad);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error()).startsWith(MALFORMED);
      client.get(1, "/");
      assertThat(client.answer(1).body()).contains(MALFORMED);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error()).startsWith(MALFORMED);
      client.request(3, true, "POST", "/a.B/C", "content-type", "application/grpc");
      assertThat(client.answer(3).field("grpc-status")).isEqualTo("14");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error()).startsWith(MALFORMED);
      nextRequestWorks(proxy, client);
      assertThat(upstream.connections).hasValue(1);
    }
  }

  /** It is the server's fault, not that of the client, whom PROTOCOL_ERROR would blame. */
  @ParameterizedTest
  @ValueSource(strings = {":status 200", "A b", ":path /"})
  void aTrailerThatIsNoneBreaksTheAnswer(String trailer) throws Exception {
    Breaking bad =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "some");
          server.headers(id, true, Http2Peer.fields(trailer));
        };
    try (ScriptedUpstream upstream = breaking(bad);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error()).startsWith(MALFORMED);
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void whatBreaksTheConnectionIsToldOfEachAnswerOnIt() throws Exception {
    Breaking bad = (server, _) -> server.frame(0, 0, 0, ascii("data on stream 0"));
    try (ScriptedUpstream upstream = breaking(bad);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("502");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error())
          .isEqualTo(MALFORMED + "its connection broke the rules of HTTP/2: PROTOCOL_ERROR");
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void howTheServerIsGoneIsTold() throws Exception {
    Breaking going =
        (server, _) -> {
          server.goAway(0, Http2Error.ENHANCE_YOUR_CALM);
          server.awaitEnd();
        };
    assertThat(errorOf((server, _) -> server.close()))
        .isEqualTo("the upstream closed without an answer");
    assertThat(errorOf((server, _) -> TestProxy.reset(server.socket())))
        .isEqualTo("the upstream reset the connection");
    assertThat(errorOf(going))
        .isEqualTo("the upstream went away without an answer: GOAWAY ENHANCE_YOUR_CALM");
  }

  /** Of a request over a fresh connection. */
  private static @Nullable String errorOf(Breaking breaking) throws Exception {
    try (ScriptedUpstream upstream = breaking(breaking);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("502");
      return proxy.next(Outcome.UPSTREAM_RESET, 502).error();
    }
  }

  @Test
  void aBodyWithoutAHeadIsABadGateway() throws Exception {
    try (ScriptedUpstream upstream = breaking((server, id) -> server.data(id, true, "some"));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void anInterimAnswerThatEndsTheStreamIsABadGateway() throws Exception {
    Breaking interim = (server, id) -> server.headers(id, true, ":status", "103");
    try (ScriptedUpstream upstream = breaking(interim);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(GET)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 103 ");
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 502 ");
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      nextRequestWorks(proxy, client);
    }
  }

  /** RFC 9113 section 8.1: a whole answer, and the rest of the request is not wanted. */
  @Test
  void anAnswerThatIsWholeBeforeTheRequestIsStaysWhole() throws Exception {
    Breaking early =
        (server, id) -> {
          server.headers(id, false, ":status", "413", "content-length", "2");
          server.data(id, true, "no");
          server.reset(id, Http2Error.NO_ERROR);
        };
    String head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nsome";
    try (ScriptedUpstream upstream = breaking(early);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Http2Peer client = Http2Peer.client(proxy);
        Socket old = proxy.send(head)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 413 ");
      assertThat(all(old)).isEqualTo("no");
      var _ = proxy.next(Outcome.CALLER_ERROR, 413);
      client.request(1, false, "POST", "/");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("no");
      assertThat(answer.reset()).isNull();
      assertThat(client.on(1)).hasToString("RST_STREAM 1 NO_ERROR");
      var _ = proxy.next(Outcome.CALLER_ERROR, 413);
      nextRequestWorks(proxy, client);
    }
  }

  // ---- no HTTP/2 at all

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 505 HTTP Version Not Supported\r\n\r\n",
        "hello\n",
        "",
      })
  void aServerThatDoesNotSpeakItIsUnreachable(String answer) throws Exception {
    ScriptedUpstream.Script old =
        (in, out, _) -> {
          assertThat(in.readNBytes(24)).hasSize(24);
          out.write(ascii(answer));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(old);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error())
          .isEqualTo("the upstream does not speak HTTP/2");
    }
  }

  @Test
  void aServerThatSaysNothingIsUnreachableInTime() throws Exception {
    try (ScriptedUpstream upstream =
            new ScriptedUpstream((in, _, _) -> assertThat(in.readAllBytes()).isNotNull());
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--upstream-connect-timeout", "300ms");
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      var _ = proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502);
      TestProxy.await("the connection is closed", () -> upstream.open.get() == 0);
    }
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    ScriptedUpstream gone = Http2Peer.answering();
    gone.close();
    try (TestProxy proxy = TestProxy.beforeHttp2(gone);
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 6; id += 2) {
        client.get(id, "/");
        assertThat(client.answer(id).status()).isEqualTo("502");
        assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).error())
            .contains("did not accept");
      }
    }
  }
}
