package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.parser.UnparsedReason;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are read, and what becomes of the others. */
@Timeout(60)
final class ObserveTest {
  private static final String BODY = "{\"model\":\"llama\",\"stream\":true}";
  private static final String ASKED =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(BODY.length(), BODY);
  private static final String EVENTS =
      "data: {\"object\":\"chat.completion.chunk\",\"model\":\"llama\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\ndata: [DONE]\n\n";
  private static final String STREAM =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
          + Integer.toHexString(EVENTS.length())
          + "\r\n"
          + EVENTS
          + "\r\n0\r\n\r\n";

  private final HttpClient client = HttpClient.newHttpClient();

  private static ScriptedUpstream streaming() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          while (readHead(in).startsWith("POST")) {
            in.skipNBytes(BODY.length());
            out.write(ascii(STREAM));
            out.flush();
          }
        });
  }

  /** Asks once and gets the answer, untouched. */
  private static RequestRecord ask(TestProxy proxy) throws Exception {
    try (Socket socket = proxy.send(ASKED)) {
      assertThat(readHead(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      String body = STREAM.substring(STREAM.indexOf("\r\n\r\n") + 4);
      assertThat(socket.getInputStream().readNBytes(body.length())).isEqualTo(ascii(body));
      return proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void whatIsNotReadIsRelayedAndCountedAndSaidToBeUnread() throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream, "--observe", "off", "--usage", "inject")) {
      RequestRecord record = ask(proxy);
      assertThat(record.unparsed()).isEqualTo(UnparsedReason.NOT_OBSERVED);
      assertThat(record.stream()).isTrue();
      assertThat(record.model()).isNull();
      assertThat(record.requestedModel()).isNull();
      assertThat(record.generation()).isNull();
      assertThat(record.points().firstToken()).isNull();
      assertThat(record.points().firstByte()).isNotNull();
      assertThat(record.transfer().responseBytes()).isEqualTo(EVENTS.length());
      assertThat(record.transfer().requestBytes()).isEqualTo(BODY.length());
      assertThat(proxy.gauges.observedRatio).isZero();
      assertThat(proxy.gauges.limits).isEmpty();
    }
  }

  @Test
  void itIsChangedWhileItRuns() throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream)) {
      AdminServer admin = new AdminServer(proxy.server, AdminServerTest.telemetry());
      InetSocketAddress at = admin.start(new HostPort("127.0.0.1", 0));
      assertThat(ask(proxy).unparsed()).isNull();
      assertThat(send(at, "GET", "").body()).isEqualTo("on\n");
      assertThat(send(at, "POST", "?to=off").body()).isEqualTo("off\n");
      assertThat(ask(proxy).unparsed()).isEqualTo(UnparsedReason.NOT_OBSERVED);
      assertThat(send(at, "POST", "?to=sampled+0.5").body()).isEqualTo("sampled 0.5\n");
      assertThat(proxy.gauges.observedRatio).isEqualTo(0.5);
      assertThat(proxy.server.stateJson()).contains("\"observe\":\"sampled 0.5\"");
      assertThat(send(at, "POST", "?to=on").body()).isEqualTo("on\n");
      assertThat(ask(proxy).points().firstToken()).isNotNull();
      admin.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ?to=off",
    "POST, ''",
    "POST, ?to=",
    "POST, ?to=maybe",
    "POST, ?to=on&to=off",
    "POST, ?to=sampled+2",
    "POST, ?to=sampled",
    "POST, ?to=%zz",
    "POST, ?from=off"
  })
  void whatIsNotUnderstoodChangesNothing(String method, String query) throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream)) {
      AdminServer admin = new AdminServer(proxy.server, AdminServerTest.telemetry());
      InetSocketAddress at = admin.start(new HostPort("127.0.0.1", 0));
      HttpResponse<String> answer = send(at, method, query);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(proxy.server.observation().now()).hasToString("on");
      admin.close();
    }
  }

  @Test
  void ofASampleThatShareIsRead() throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream, "--observe", "sampled", "0.25")) {
      int taken = 0;
      for (int i = 0; i < 10_000; i++) {
        taken += proxy.server.observation().takes() ? 1 : 0;
      }
      assertThat(taken).isCloseTo(2_500, within(400));
    }
  }

  private HttpResponse<String> send(InetSocketAddress at, String method, String query)
      throws IOException, InterruptedException {
    String target = query.equals("?to=%zz") ? "?to=%25zz" : query;
    URI uri = URI.create("http://127.0.0.1:" + at.getPort() + "/observe" + target);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
