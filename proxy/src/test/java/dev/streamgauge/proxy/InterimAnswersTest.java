package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.InputStream;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Interim answers go to the client as they come; 100 Continue is the server's to give. */
@Timeout(30)
final class InterimAnswersTest {
  private static final String EXPECT =
      "POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

  @Test
  void theServersContinueLetsTheBodyCome() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).contains("Expect: 100-continue\r\n");
          out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
          byte[] body = in.readNBytes(5);
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
          out.write(body);
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(EXPECT)) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      client.getOutputStream().write(ascii("hello"));
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("close");
      assertThat(in.readNBytes(5)).isEqualTo(ascii("hello"));
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().requestBytes()).isEqualTo(5);
      assertThat(record.transfer().responseBytes()).isEqualTo(5);
    }
  }

  @Test
  void aServerThatAnswersAtOnceIsBelievedAndTheConnectionEnds() throws Exception {
    String answer = "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(EXPECT)) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in))
          .startsWith("HTTP/1.1 413 Too Large\r\n")
          .contains("Connection: close\r\n");
      assertThat(in.readAllBytes()).isEqualTo(ascii("no"));
      assertThat(proxy.next(Outcome.CALLER_ERROR, 413).transfer().requestBytes()).isZero();
    }
  }

  @Test
  void severalInterimAnswersKeepTheirOrderAndTheirFields() throws Exception {
    String early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    String answer = early + early + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(readHead(client.getInputStream())).isEqualTo(early);
      assertThat(readHead(client.getInputStream())).isEqualTo(early);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isZero();
    }
  }

  @Test
  void endlessInterimAnswersAreMalformed() throws Exception {
    String answer = "HTTP/1.1 102 Processing\r\n\r\n".repeat(21);
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
      for (int i = 0; i < 20; i++) {
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 102 ");
      }
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.next(Outcome.UPSTREAM_RESET, 502).error()).contains("interim");
    }
  }
}
