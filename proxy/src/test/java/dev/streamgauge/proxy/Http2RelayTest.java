package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that come by HTTP/2 and are answered by a server of HTTP/1.1. */
@Timeout(30)
final class Http2RelayTest {
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /** What the server got of one request. */
  private final CompletableFuture<String> got = new CompletableFuture<>();

  /** Reads a head and so many bytes behind it, then answers each request. */
  private ScriptedUpstream.Script reading(int bodyBytes, String answer) {
    return (in, out, _) -> {
      String head = readHead(in);
      got.complete(head + text(in, bodyBytes));
      out.write(ascii(answer));
      assertThat(in.readAllBytes()).isNotNull();
    };
  }

  private static String text(InputStream in, int bytes) throws IOException {
    return new String(in.readNBytes(bytes), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private String got() throws Exception {
    return got.get(10, TimeUnit.SECONDS);
  }

  @Test
  void eachChunkBecomesOneFrameInOrderAndTheLastEndsTheStream() throws Exception {
    Semaphore goOn = new Semaphore(0);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(EVENTS));
          for (int i = 0; i < 5; i++) {
            goOn.acquireUninterruptibly();
            out.write(ascii("9\r\ndata: " + i + "\n\n\r\n"));
          }
          goOn.acquireUninterruptibly();
          out.write(ascii("0\r\n\r\n"));
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, true, "POST", "/v1/chat/completions");
      Http2Frame head = client.on(1);
      assertThat(head.field(":status")).isEqualTo("200");
      assertThat(head.field("content-type")).isEqualTo("text/event-stream");
      assertThat(head.field("transfer-encoding")).isNull();
      assertThat(head.field("connection")).isNull();
      for (int i = 0; i < 5; i++) {
        goOn.release();
        assertThat(client.on(1)).hasToString("DATA 1 data: " + i + "\n\n");
      }
      goOn.release();
      assertThat(client.on(1)).hasToString("DATA 1 END ");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.stream()).isTrue();
      assertThat(record.transfer().responseBytes()).isEqualTo(45);
      assertThat(record.points().firstByte()).isGreaterThanOrEqualTo(record.points().headers());
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(record.points().firstByte());
    }
  }

  @Test
  void aBodyOfUnknownLengthIsSentInChunks() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(reading(23, OK));
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/up");
      client.data(1, false, "hello");
      client.fence();
      client.data(1, true, "you");
      assertThat(client.answer(1).status()).isEqualTo("200");
      assertThat(got())
          .containsIgnoringCase("\r\ntransfer-encoding: chunked\r\n")
          .doesNotContainIgnoringCase("content-length")
          .endsWith("\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n");
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(8);
    }
  }

  @Test
  void aBodyOfKnownLengthStaysCounted() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(reading(8, OK));
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/up", "content-length", "8");
      client.data(1, false, "hello");
      client.data(1, true, "you");
      assertThat(client.answer(1).status()).isEqualTo("200");
      assertThat(got())
          .containsIgnoringCase("\r\ncontent-length: 8\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .endsWith("\r\n\r\nhelloyou");
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(8);
    }
  }

  @Test
  void trailersGoBothWays() throws Exception {
    String body = "2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n";
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(
                reading(body.length(), EVENTS + "2\r\nok\r\n0\r\nX-Sum: 1\r\nB:  2 \r\n\r\n"));
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/up", "trailer", "x-sum");
      client.data(1, false, "hi");
      client.headers(1, true, "x-sum", "7");
      Http2Peer.Answer answer = client.answer(1);
      assertThat(answer.body()).isEqualTo("ok");
      assertThat(answer.trailer()).containsExactly("x-sum: 1", "b: 2");
      assertThat(got()).endsWith("\r\n\r\n" + body);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HEAD, 200 OK, Content-Length: 5",
    "GET, 204 No Content, X: y",
    "GET, 304 Not Modified, Content-Length: 5",
    "GET, 200 OK, Content-Length: 0",
  })
  void anAnswerWithoutABodyEndsWithItsHead(String method, String status, String field)
      throws Exception {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 " + status + "\r\n" + field + "\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      for (int id = 1; id < 6; id += 2) {
        client.request(id, true, method, "/");
        Http2Frame head = client.on(id);
        assertThat(head.end()).isTrue();
        assertThat(head.fields()).contains(":status: " + status.substring(0, 3));
        assertThat(head.fields()).anyMatch(field::equalsIgnoreCase);
        var _ = proxy.next(Outcome.OK, Integer.valueOf(status.substring(0, 3)));
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void interimAnswersPass() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          got.complete(readHead(in));
          out.write(ascii("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
          out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
          assertThat(in.readNBytes(2)).isEqualTo(ascii("hi"));
          out.write(ascii(OK));
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/up", "content-length", "2", "expect", "100-continue");
      assertThat(client.on(1).fields()).contains(":status: 103", "link: </a>");
      assertThat(client.on(1).fields()).containsExactly(":status: 100");
      client.data(1, true, "hi");
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(got()).containsIgnoringCase("\r\nexpect: 100-continue\r\n");
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  /** RFC 9113 section 8.2.3; and 8.3.1 for the authority. */
  @Test
  void theServerGetsOneHeadOfHttp1() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(reading(0, OK));
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.headers(
          1,
          true,
          ":authority",
          "model:80",
          ":path",
          "/a?b=c",
          ":scheme",
          "http",
          ":method",
          "GET",
          "cookie",
          "a=1",
          "x-twice",
          "1",
          "cookie",
          "b=2",
          "te",
          "trailers",
          "x-twice",
          "2",
          "cookie",
          "c=3");
      assertThat(client.answer(1).status()).isEqualTo("200");
      assertThat(got())
          .startsWith("GET /a?b=c HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nhost: model:80\r\n")
          .containsIgnoringCase("\r\ncookie: a=1; b=2; c=3\r\n")
          .contains("\r\nx-twice: 1\r\nx-twice: 2\r\n")
          .doesNotContain("\r\n:", "http://");
      assertThat(got().toLowerCase(java.util.Locale.ROOT).split("host:", -1)).hasSize(2);
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc, GRPC",
    "application/grpc+proto, GRPC",
    "Application/GRPC;x=y, GRPC",
    "application/grpc-web, H2",
    "application/grpcx, H2",
    "text/plain, H2",
  })
  void theContentTypeTellsGrpcFromOtherRequests(String type, Protocol protocol) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, true, "POST", "/a.B/c", "content-type", type);
      assertThat(client.answer(1).status()).isEqualTo("200");
      assertThat(proxy.next().protocol()).isEqualTo(protocol);
    }
  }

  @Test
  void streamsOfOneConnectionAreAnsweredAsTheirAnswersCome() throws Exception {
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            if (head.startsWith("GET /slow ")) {
              assertThat(slow.join()).isTrue();
            }
            out.write(ascii(OK));
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/slow");
      for (int id = 3; id < 40; id += 2) {
        client.get(id, "/" + id);
      }
      for (int id = 39; id > 1; id -= 2) {
        assertThat(client.answer(id).body()).isEqualTo("ok");
        assertThat(proxy.next(Outcome.OK, 200).path()).isNotEqualTo("/slow");
      }
      assertThat(client.noneUnread(FrameType.RST_STREAM)).isTrue();
      slow.complete(true);
      assertThat(client.answer(1).body()).isEqualTo("ok");
      assertThat(proxy.next(Outcome.OK, 200).path()).isEqualTo("/slow");
    }
  }

  @Test
  void anIdOfTheClientIsKeptAndOneOfOursIsAdded() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/", "x-request-id", "mine");
      assertThat(client.answer(1).field("x-request-id")).isEqualTo("mine");
      assertThat(proxy.next(Outcome.OK, 200).requestId()).isEqualTo("mine");
      client.get(3, "/");
      String made = client.answer(3).field("x-request-id");
      assertThat(made).isNotBlank();
      assertThat(proxy.next(Outcome.OK, 200).requestId()).isEqualTo(made);
    }
  }
}
