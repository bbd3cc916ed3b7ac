package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 section 9.3.2: what answers HEAD has the head that GET would have, and no body. */
@Timeout(30)
final class RefusedHeadRequestsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        " / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        " / HTTP/1.1\r\nHost: x\r\na b: c\r\n\r\n",
        " / HTTP/1.1\nHost: x\r\n\r\n",
        " / HTTP/9.9\r\nHost: x\r\n\r\n",
      })
  void aRefusalOfHeadIsThatOfGetWithoutItsBody(String behindTheMethod) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream, "--add-request-id", "off")) {
      String toGet = answer(proxy, "GET" + behindTheMethod);
      String toHead = answer(proxy, "HEAD" + behindTheMethod);
      int head = toGet.indexOf("\r\n\r\n") + 4;
      assertThat(toGet.substring(head)).startsWith("{\"error\":");
      assertThat(toHead).isEqualTo(toGet.substring(0, head));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void aHeadThatIsLateIsToldSo(String method) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("HTTP/1.1 204 No Content\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream, "--request-head-timeout", "300ms");
        Socket client = proxy.send(method + " / HTTP/1.1\r\n")) {
      assertThat(all(client)).startsWith("HTTP/1.1 408 ");
      var _ = proxy.next(Outcome.CALLER_INVALID, 408);
    }
  }

  private static String answer(TestProxy proxy, String request) throws Exception {
    try (Socket client = proxy.send(request)) {
      String answer = all(client);
      assertThat(proxy.next().outcome()).isEqualTo(Outcome.CALLER_INVALID);
      return answer;
    }
  }

  private static String all(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
