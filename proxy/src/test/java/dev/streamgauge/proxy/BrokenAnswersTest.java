package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed answer is a 502 while nothing was sent, and a broken connection after that. */
@Timeout(30)
final class BrokenAnswersTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 2x0 OK\r\n\r\n",
        "hello",
        "\u0000",
      })
  void aMalformedHeadIsABadGateway(String answer) throws Exception {
    try (ScriptedUpstream upstream = closing(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      InputStream in = client.getInputStream();
      String head = readHead(in);
      head = head.startsWith("HTTP/1.1 100 ") ? readHead(in) : head;
      assertThat(head).startsWith("HTTP/1.1 502 ").doesNotContain("A : b", "close");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).transfer().responseBytes()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "2\r\nabX", "1 \r\na\r\n0\r\n\r\n", "0\r\nA b\r\n\r\n"})
  void malformedChunksBreakTheConnection(String body) throws Exception {
    try (ScriptedUpstream upstream = closing(CHUNKED + "2\r\nok\r\n" + body);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      String got = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(got).startsWith("2\r\nok\r\n").doesNotContain("0\r\n\r\n");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).error()).contains("malformed");
    }
  }

  @Test
  void aBodyThatIsTooShortBreaksTheConnection() throws Exception {
    try (ScriptedUpstream upstream = closing("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort");
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("short"));
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().responseBytes()).isEqualTo(5);
    }
  }

  @Test
  void aResetInABodyUntilTheCloseIsAResetForTheClient() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, socket) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\nabc"));
          out.flush();
          assertThat(in.read()).isEqualTo('.');
          TestProxy.reset(socket);
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n")) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
      assertThat(in.readNBytes(3)).isEqualTo(ascii("abc"));
      client.getOutputStream().write('.');
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 200).transfer().responseBytes()).isEqualTo(3);
    }
  }

  @Test
  void bytesBehindTheEndGoNowhereAndEndTheServersConnection() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\nevil";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.connect()) {
      for (int i = 0; i < 2; i++) {
        client.getOutputStream().write(ascii(GET));
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\nContent-Len");
        assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("ok"));
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.transfer().upstreamReused()).isFalse();
      }
      assertThat(upstream.connections).hasValue(2);
    }
  }

  private static ScriptedUpstream closing(String answer) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(answer));
        });
  }
}
