package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of HTTP/1.0 knows no chunks and no interim answers: its answers end with a close. */
@Timeout(30)
final class OldClientTest {
  private static final String GET = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  @Test
  void chunksAreTakenOffAndTheConnectionIsClosed() throws Exception {
    String answer = CHUNKED + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Connection: close\r\n")
          .doesNotContain("Transfer-Encoding");
      assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("abcde");
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.protocol()).isEqualTo(Protocol.HTTP_1_0);
      assertThat(record.transfer().responseBytes()).isEqualTo(5);
    }
  }

  @Test
  void anAnswerThatBreaksOffDoesNotLookWhole() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii(CHUNKED + "3\r\nab"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      assertThatThrownBy(() -> client.getInputStream().readAllBytes())
          .isInstanceOf(IOException.class);
      RequestRecord record = proxy.next(Outcome.UPSTREAM_RESET, 200);
      assertThat(record.transfer().responseBytes()).isEqualTo(2);
    }
  }

  @Test
  void interimAnswersAreNotForIt() throws Exception {
    String answer =
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("x"));
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isEqualTo(1);
    }
  }
}
