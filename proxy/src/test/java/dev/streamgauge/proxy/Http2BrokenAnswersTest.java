package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a server of HTTP/1.1 broke off is reset towards a client of HTTP/2, never ended; and only
 * that stream.
 */
@Timeout(30)
final class Http2BrokenAnswersTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  /** How the server's connection ends. */
  enum End {
    FIN,
    RESET,
    OPEN
  }

  /** Answers {@code GET /ok}, and all else by these bytes and that end. */
  private static ScriptedUpstream breaking(String answer, End end) throws IOException {
    return new ScriptedUpstream(
        (in, out, socket) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            if (head.startsWith("GET /ok ")) {
              out.write(ascii(OK));
              continue;
            }
            breakOff(answer, end, in, out, socket);
            return;
          }
        });
  }

  /** A reset would overtake the bytes before it: one byte of the request's body says "now". */
  private static void breakOff(
      String answer, End end, InputStream in, OutputStream out, Socket socket) throws IOException {
    out.write(ascii(answer));
    out.flush();
    if (end == End.RESET) {
      assertThat(in.read()).isEqualTo('.');
      TestProxy.reset(socket);
    } else if (end == End.OPEN) {
      assertThat(in.readAllBytes()).isNotNull();
    }
  }

  private static void nextRequestWorks(TestProxy proxy, Http2Peer client) throws Exception {
    client.get(101, "/ok");
    assertThat(client.answer(101).body()).isEqualTo("ok");
    var _ = proxy.next(Outcome.OK, 200);
  }

  @ParameterizedTest
  @CsvSource({
    "chunked, '5\r\nhello\r\n5\r\nhe', hellohe",
    "chunked, '5\r\nhello\r\n', hello",
    "chunked, '5\r\nhello\r\n0\r\n', hello",
    "chunked, '5\r\nhello\r\n0\r\nA: b\r\n', hello",
    "chunked, '5\r\nhello', hello",
    "counted, 'hello', hello",
  })
  void anAnswerCutOffByAFinIsReset(String framing, String body, String read) throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
    String answer = (framing.equals("chunked") ? CHUNKED : head) + body;
    try (ScriptedUpstream upstream = breaking(answer, End.FIN);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      Http2Peer.Answer got = client.answer(1);
      assertThat(got.status()).isEqualTo("200");
      assertThat(got.body()).isEqualTo(read);
      assertThat(got.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      RequestRecord record = proxy.next(Outcome.UPSTREAM_RESET, 200);
      assertThat(record.transfer().responseBytes()).isEqualTo(read.length());
      nextRequestWorks(proxy, client);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CHUNKED + "5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n\r\nhello",
      })
  void anAnswerCutOffByAResetIsReset(String answer) throws Exception {
    try (ScriptedUpstream upstream = breaking(answer, End.RESET);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/", "content-length", "2");
      assertThat(client.on(1).field(":status")).isEqualTo("200");
      assertThat(client.on(1)).hasToString("DATA 1 hello");
      client.data(1, false, ".");
      assertThat(client.on(1)).hasToString("RST_STREAM 1 INTERNAL_ERROR");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().responseBytes()).isEqualTo(5);
      nextRequestWorks(proxy, client);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "2\r\nabX", "1 \r\na\r\n0\r\n\r\n", "0\r\nA b\r\n\r\n"})
  void anAnswerInMalformedChunksIsReset(String body) throws Exception {
    try (ScriptedUpstream upstream = breaking(CHUNKED + "2\r\nok\r\n" + body, End.OPEN);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      Http2Peer.Answer got = client.answer(1);
      assertThat(got.body()).startsWith("ok");
      assertThat(got.reset()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error()).contains("malformed");
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void aBodyUntilTheCloseEndsWithAFin() throws Exception {
    try (ScriptedUpstream upstream = breaking("HTTP/1.1 200 OK\r\n\r\nhello", End.FIN);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      Http2Peer.Answer got = client.answer(1);
      assertThat(got.body()).isEqualTo("hello");
      assertThat(got.reset()).isNull();
      var _ = proxy.next(Outcome.OK, 200);
      nextRequestWorks(proxy, client);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', FIN",
    "'HTTP/1.1 200 OK\r\nConte', FIN",
    "'HTTP/1.1 2x0 OK\r\n\r\n', OPEN",
    "'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', OPEN",
    "'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', OPEN",
  })
  void anAnswerThatDoesNotBeginIsABadGateway(String answer, End end) throws Exception {
    try (ScriptedUpstream upstream = breaking(answer, end);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      Http2Peer.Answer got = client.answer(1);
      assertThat(got.status()).isEqualTo("502");
      assertThat(got.field("content-length")).isEqualTo("" + got.body().length());
      assertThat(got.body()).contains("\"type\":\"upstream_reset\"", "\"code\":502");
      assertThat(got.reset()).isNull();
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 502);
      nextRequestWorks(proxy, client);
    }
  }

  /** RFC 9113 section 8.1: the rest of the request is not wanted, and that is no fault. */
  @Test
  void anAnswerBeforeTheEndOfTheRequestIsWholeAndAsksForNoMore() throws Exception {
    String early = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno";
    try (ScriptedUpstream upstream = breaking(early, End.OPEN);
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.request(1, false, "POST", "/");
      client.data(1, false, "some");
      Http2Peer.Answer got = client.answer(1);
      assertThat(got.status()).isEqualTo("413");
      assertThat(got.body()).isEqualTo("no");
      assertThat(got.reset()).isNull();
      assertThat(client.on(1)).hasToString("RST_STREAM 1 NO_ERROR");
      client.data(1, true, "more that was on its way");
      var _ = proxy.next(Outcome.CALLER_ERROR, 413);
      nextRequestWorks(proxy, client);
    }
  }

  @Test
  void aServerThatIsNotThereIsABadGateway() throws Exception {
    ScriptedUpstream gone = ScriptedUpstream.answering(OK);
    gone.close();
    try (TestProxy proxy = TestProxy.before(gone);
        Http2Peer client = Http2Peer.client(proxy)) {
      client.get(1, "/");
      assertThat(client.answer(1).status()).isEqualTo("502");
      var _ = proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502);
    }
  }
}
