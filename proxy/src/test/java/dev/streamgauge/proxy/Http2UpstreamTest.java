package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to and from a server of HTTP/2, for clients of either. */
@Timeout(30)
final class Http2UpstreamTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  /** Frames as the server got them. */
  private final BlockingQueue<Http2Frame> got = new LinkedBlockingQueue<>();

  /** Answers one request after the other by the script, which finds the request's stream in it. */
  private interface Answer {
    void write(Http2Peer server, int streamId) throws IOException;
  }

  private ScriptedUpstream answering(Answer answer, int... settings) throws IOException {
    return new ScriptedUpstream(
        Http2Peer.server(
            server -> {
              while (true) {
                Http2Frame frame = server.nextRequest();
                got.add(frame);
                int id = frame.streamId();
                while (!frame.end()) {
                  frame = server.on(id);
                  got.add(frame);
                }
                answer.write(server, id);
              }
            },
            settings));
  }

  private Http2Frame got() throws InterruptedException {
    Http2Frame frame = got.poll(10, TimeUnit.SECONDS);
    assertThat(frame).isNotNull();
    return frame;
  }

  private static void ok(Http2Peer server, int id) throws IOException {
    server.headers(id, false, ":status", "200", "content-type", "text/plain");
    server.data(id, true, "ok");
  }

  private static String read(Socket client, int bytes) throws IOException {
    return new String(client.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aRequestOfHttp1IsOneOfHttp2() throws Exception {
    String head =
        String.join(
            "\r\n",
            "GET /a?b HTTP/1.1",
            "Host: model:80",
            "Connection: x-hop",
            "X-Hop: 1",
            "X-Kept: A b",
            "Proxy-Connection: keep-alive",
            "Keep-Alive: 5",
            "TE: trailers, x",
            "Cookie: a=1; b=2",
            "X-Request-Id: mine",
            "",
            "");
    try (ScriptedUpstream upstream = answering(Http2UpstreamTest::ok);
        TestProxy proxy = TestProxy.beforeHttp2(upstream, "--add-traceparent", "off");
        Socket client = proxy.send(head)) {
      assertThat(readHead(client.getInputStream()))
          .startsWith("HTTP/1.1 200 ")
          .containsIgnoringCase("\r\ncontent-type: text/plain\r\n")
          .containsIgnoringCase("\r\ntransfer-encoding: chunked\r\n")
          .doesNotContain("\r\n:");
      assertThat(read(client, 12)).isEqualTo("2\r\nok\r\n0\r\n\r\n");
      Http2Frame request = got();
      assertThat(request.end()).isTrue();
      assertThat(request.fields().subList(0, 4))
          .containsExactlyInAnyOrder(
              ":method: GET", ":scheme: http", ":path: /a?b", ":authority: model:80");
      assertThat(request.fields())
          .contains("x-kept: A b", "cookie: a=1; b=2", "x-request-id: mine", "te: trailers");
      assertThat(String.join("\n", request.fields()))
          .doesNotContain("host:", "connection", "keep-alive", "x-hop");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().responseBytes()).isEqualTo(2);
      assertThat(record.points().connected()).isNotNull();
    }
  }

  @Test
  void chunksOfARequestAreTakenOffAndItsTrailerGoesOn() throws Exception {
    String head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    String request = head + "5;x=y\r\nhello\r\n3\r\nyou\r\n0\r\nX-Sum: 7\r\n\r\n";
    try (ScriptedUpstream upstream = answering(Http2UpstreamTest::ok);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.send(request)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      Http2Frame started = got();
      assertThat(started.end()).isFalse();
      assertThat(started.field("transfer-encoding")).isNull();
      StringBuilder body = new StringBuilder();
      Http2Frame frame = got();
      for (; frame.type() == FrameType.DATA; frame = got()) {
        assertThat(frame.end()).isFalse();
        body.append(frame.text());
      }
      assertThat(body).hasToString("helloyou");
      assertThat(frame.end()).isTrue();
      assertThat(frame.fields()).containsExactly("x-sum: 7");
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(8);
    }
  }

  @Test
  void aCountedBodyKeepsItsLengthAndEndsTheStream() throws Exception {
    String request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    try (ScriptedUpstream upstream = answering(Http2UpstreamTest::ok);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.send(request)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(got().field("content-length")).isEqualTo("5");
      Http2Frame data = got();
      assertThat(data.text()).isEqualTo("hello");
      assertThat(data.end()).isTrue();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aCountedAnswerStaysCounted() throws Exception {
    try (ScriptedUpstream upstream = answering(Http2Peer::answerOk);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        client.getOutputStream().write(ascii(GET));
        assertThat(readHead(client.getInputStream()))
            .containsIgnoringCase("\r\ncontent-length: 2\r\n")
            .doesNotContainIgnoringCase("transfer-encoding", "connection: close");
        assertThat(read(client, 2)).isEqualTo("ok");
        assertThat(proxy.next(Outcome.OK, 200).transfer().upstreamReused()).isEqualTo(i > 0);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void aTrailerOfTheAnswerGoesOnToBoth() throws Exception {
    Answer trailed =
        (server, id) -> {
          server.headers(id, false, ":status", "200");
          server.data(id, false, "ok");
          server.headers(id, true, "x-sum", "1");
        };
    try (ScriptedUpstream upstream = answering(trailed);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.send(GET);
        Http2Peer client = Http2Peer.client(proxy)) {
      assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(read(old, 22)).isEqualTo("2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n");
      var _ = proxy.next(Outcome.OK, 200);
      client.get(1, "/");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.trailer()).containsExactly("x-sum: 1");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, 200, content-length, 5",
    "GET, 204, a, b",
    "GET, 304, content-length, 5",
    "GET, 200, content-length, 0",
    "GET, 200, a, b",
  })
  void anAnswerWithoutABodyEndsForBoth(String method, String status, String name, String value)
      throws Exception {
    Answer bodyless = (server, id) -> server.headers(id, true, ":status", status, name, value);
    try (ScriptedUpstream upstream = answering(bodyless);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.connect();
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int i = 0; i < 2; i++) {
        old.getOutputStream().write(ascii(method + " / HTTP/1.1\r\nHost: x\r\n\r\n"));
        String head = readHead(old.getInputStream());
        assertThat(head).startsWith("HTTP/1.1 " + status + " ").contains(name + ": " + value);
        if (head.contains("chunked")) {
          assertThat(read(old, 5)).isEqualTo("0\r\n\r\n");
        }
        var _ = proxy.next(Outcome.OK, Integer.valueOf(status));
      }
      client.request(1, true, method, "/");
      Http2Frame head = client.on(1);
      assertThat(head.end()).isTrue();
      assertThat(head.fields()).contains(":status: " + status, name + ": " + value);
      var _ = proxy.next(Outcome.OK, Integer.valueOf(status));
    }
  }

  @Test
  void interimAnswersPassToBoth() throws Exception {
    Answer early =
        (server, id) -> {
          server.headers(id, false, ":status", "103", "link", "</a>");
          server.answerOk(id);
        };
    try (ScriptedUpstream upstream = answering(early);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.send(GET);
        Http2Peer client = Http2Peer.client(proxy)) {
      InputStream in = old.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 103 ").contains("link: </a>\r\n");
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
      var _ = proxy.next(Outcome.OK, 200);
      client.get(1, "/");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.interim()).hasSize(1);
      assertThat(answer.interim().getFirst().fields())
          .containsExactly(":status: 103", "link: </a>");
      assertThat(answer.body()).isEqualTo("ok");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aClientOfHttp10ReadsUntilTheClose() throws Exception {
    try (ScriptedUpstream upstream = answering(Http2UpstreamTest::ok);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.send("GET / HTTP/1.0\r\n\r\n")) {
      assertThat(readHead(client.getInputStream()))
          .startsWith("HTTP/1.1 200 ")
          .doesNotContainIgnoringCase("transfer-encoding");
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("ok"));
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachPieceOfAStreamGoesOnAsItComes(boolean http2) throws Exception {
    Semaphore goOn = new Semaphore(0);
    Answer events =
        (server, id) -> {
          server.headers(id, false, ":status", "200", "content-type", "text/event-stream");
          for (int i = 0; i < 4; i++) {
            goOn.acquireUninterruptibly();
            server.data(id, i == 3, "data: " + i + "\n\n");
          }
        };
    try (ScriptedUpstream upstream = answering(events);
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket old = proxy.connect();
        Http2Peer client = Http2Peer.client(proxy)) {
      if (http2) {
        client.get(1, "/");
        assertThat(client.on(1).field("content-type")).isEqualTo("text/event-stream");
      } else {
        old.getOutputStream().write(ascii(GET));
        assertThat(readHead(old.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
      boolean ended = false;
      for (int i = 0; i < 4; i++) {
        assertThat(ended).isFalse();
        goOn.release();
        String event = "data: " + i + "\n\n";
        if (http2) {
          Http2Frame frame = client.on(1);
          assertThat(frame.text()).isEqualTo(event);
          ended = frame.end();
        } else {
          assertThat(read(old, 14)).isEqualTo("9\r\n" + event + "\r\n");
        }
      }
      if (!ended) {
        assertThat(http2 ? client.on(1).toString() : read(old, 5))
            .isEqualTo(http2 ? "DATA 1 END " : "0\r\n\r\n");
      }
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isEqualTo(36);
    }
  }

  /** A server's window of ten bytes is filled, and no more is sent until it grows. */
  @Test
  void anUploadWaitsForTheServersWindow() throws Exception {
    BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
    Http2Peer.Script narrow =
        server -> {
          int id = server.nextRequest().streamId();
          for (int i = 0; i < 3; i++) {
            Http2Frame data = server.on(id);
            pieces.add(data.text());
            server.fence();
            pieces.add(server.noneUnread(FrameType.DATA) ? "none" : "more");
            server.windowUpdate(id, 10);
          }
          server.answerOk(id);
          server.awaitEnd();
        };
    String request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 26\r\n\r\n";
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(Http2Peer.server(narrow, Http2Peer.INITIAL_WINDOW_SIZE, 10));
        TestProxy proxy = TestProxy.beforeHttp2(upstream);
        Socket client = proxy.send(request + "abcdefghijklmnopqrstuvwxyz")) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(pieces)
          .containsExactly("abcdefghij", "none", "klmnopqrst", "none", "uvwxyz", "none");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** Servers of gRPC end a connection that pings them idle or often. */
  @Test
  void theServerIsNeverPinged() throws Exception {
    BlockingQueue<List<Http2Frame>> others = new LinkedBlockingQueue<>();
    Http2Peer.Script watching =
        server -> {
          for (int i = 0; i < 3; i++) {
            server.answerOk(server.nextWhole());
          }
          server.awaitEnd();
          others.add(server.unread());
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2Peer.server(watching))) {
      try (TestProxy proxy = TestProxy.beforeHttp2(upstream, "--upstream-keep-alive", "300ms");
          Http2Peer client = Http2Peer.client(proxy)) {
        for (int id = 1; id < 7; id += 2) {
          client.get(id, "/");
          assertThat(client.answer(id).body()).isEqualTo("ok");
          var _ = proxy.next(Outcome.OK, 200);
        }
        assertThat(requireNonNull(others.poll(10, TimeUnit.SECONDS)))
            .noneMatch(frame -> frame.type() == FrameType.PING);
      }
    }
  }
}
