package dev.streamgauge.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** End-to-end fields go on with the bytes they came with; hop-by-hop fields do not. */
final class HeadWriterTest {
  private static final String HOST = "up:8000";

  @Test
  void fieldsKeepTheirOrderTheirCaseAndTheirBytes() {
    String head =
        "POST /a?b=c HTTP/1.1\r\nX-b: 1\r\nhOsT: me.example\r\nx-A:2\r\nX-b: \u00e9\r\nCookie: a=b\r\n\r\n";
    assertThat(request(head, false)).isEqualTo(head);
    String response =
        "HTTP/1.1 299 Odd reason \r\nx-B: 1\r\nSet-Cookie: a\r\nSET-Cookie: b\r\n\r\n";
    assertThat(response(response)).isEqualTo(response);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection: keep-alive",
        "Connection: close",
        "Keep-Alive: timeout=5",
        "Proxy-Connection: keep-alive",
        "TE: trailers",
        "Upgrade: h2c",
        "HTTP2-Settings: AA",
        "Connection: x-hop\r\nX-Hop: 1",
        "X-Hop: 1\r\nConnection: close, X-Hop",
        "Connection: keep-alive\r\nConnection: x-hop\r\nx-HOP: 1",
        "Connection: a,,x-hop ,\tb\r\nX-Hop: 1\r\nX-Hop: 2\r\nA: 1\r\nB: 2",
      })
  void hopByHopFieldsAreLeftOut(String fields) {
    assertThat(request("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\nC: d\r\n\r\n", false))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nC: d\r\n\r\n");
    assertThat(response("HTTP/1.1 200 OK\r\n" + fields + "\r\nC: d\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200 OK\r\nC: d\r\n\r\n");
  }

  @Test
  void whatIsLeftOutTakesNothingElseWithIt() {
    String fields =
        "A: 1\r\nB: 2 \t\r\nKeep-Alive: x\r\nC:\r\nD:3\r\nTE: x\r\nUpgrade: y\r\nE:  4\r\n";
    String left = "A: 1\r\nB: 2\r\nC:\r\nD:3\r\nE:  4\r\n";
    assertThat(request("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", false))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n" + left + "\r\n");
    assertThat(response("HTTP/1.1 200 OK\r\n" + fields + "\r\n"))
        .isEqualTo("HTTP/1.1 200 OK\r\n" + left + "\r\n");
    assertThat(response("HTTP/1.1 200 OK\r\nTE: x\r\n\r\n")).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
  }

  @Test
  void connectionCannotTakeAwayWhatTheMessageMeans() {
    assertThat(
            request(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: host, content-length\r\n\r\n",
                false))
        .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n");
  }

  @Test
  void anUpgradeKeepsItsTwoFields() {
    String head =
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
    assertThat(request(head, true)).isEqualTo(head);
  }

  @Test
  void aTargetWithAnAuthorityBecomesAPathAndItsHost() {
    assertThat(request("GET http://b:81/x?y HTTP/1.1\r\nHost: a\r\nC: d\r\n\r\n", false))
        .isEqualTo("GET /x?y HTTP/1.1\r\nHost: b:81\r\nC: d\r\n\r\n");
    assertThat(request("GET http://b?y HTTP/1.1\r\nHost: a\r\n\r\n", false))
        .isEqualTo("GET /?y HTTP/1.1\r\nHost: b\r\n\r\n");
    assertThat(request("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", false))
        .isEqualTo("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
  }

  @Test
  void aRequestOfTheOldVersionBecomesOneOfTheNew() {
    assertThat(request("GET / HTTP/1.0\r\nA: b\r\n\r\n", false))
        .isEqualTo("GET / HTTP/1.1\r\nHost: up:8000\r\nA: b\r\n\r\n");
    assertThat(response("HTTP/1.0 200 OK\r\nA: b\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  }

  @Test
  void aStatusWithoutBodyHasNoFraming() {
    assertThat(
            response(
                "HTTP/1.1 204 No\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n",
                true,
                false))
        .isEqualTo("HTTP/1.1 204 No\r\nA: b\r\n\r\n");
  }

  @Test
  void aClientOfTheOldVersionGetsNoTransferEncoding() {
    assertThat(
            response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n", false, true))
        .isEqualTo("HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  }

  @Test
  void ourFieldsComeLastAndMayReplaceOne() {
    ByteBuf out =
        HeadWriter.request(
            UnpooledByteBufAllocator.DEFAULT,
            head("GET / HTTP/1.1\r\nX-Request-ID: \u00e9\r\nHost: a\r\n\r\n", true),
            false,
            HOST,
            List.of("x-request-id"),
            List.of(new HeadWriter.Field("x-request-id", "1")));
    assertThat(text(out)).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nx-request-id: 1\r\n\r\n");
  }

  private static String request(String head, boolean keepUpgrade) {
    return text(
        HeadWriter.request(
            UnpooledByteBufAllocator.DEFAULT,
            head(head, true),
            keepUpgrade,
            HOST,
            List.of(),
            List.of()));
  }

  private static String response(String head) {
    return response(head, false, false);
  }

  private static String response(String head, boolean bodyless, boolean dropChunked) {
    return text(
        HeadWriter.response(
            UnpooledByteBufAllocator.DEFAULT,
            head(head, false),
            false,
            bodyless,
            dropChunked,
            List.of()));
  }

  private static Head head(String text, boolean request) {
    HttpLimits limits = HttpLimits.defaults();
    HeadParser parser = request ? HeadParser.ofRequests(limits) : HeadParser.ofResponses(limits);
    assertThat(parser.feed(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1)))
        .isEqualTo(HeadParser.State.DONE);
    return parser.head();
  }

  private static String text(ByteBuf out) {
    String text = out.toString(StandardCharsets.ISO_8859_1);
    out.release();
    return text;
  }
}
