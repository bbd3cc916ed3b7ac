package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each limit that is hit is counted, once, under its own name. */
@Timeout(60)
final class LimitHitsTest {
  private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  private static final String POST =
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  @Test
  void aRequestLineThatIsTooLong() throws Exception {
    hits(Limit.REQUEST_LINE, "GET /" + "a".repeat(300), EMPTY, "--max-request-line-bytes", "256");
  }

  @Test
  void aHeadThatIsTooLong() throws Exception {
    String head = "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1100);
    hits(Limit.HEADER_LIST, head, EMPTY, "--max-header-bytes", "1KiB");
  }

  @Test
  void tooManyFields() throws Exception {
    String head = "GET / HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n".repeat(8) + "\r\n";
    hits(Limit.HEADERS, head, EMPTY, "--max-headers", "8");
  }

  @Test
  void aChunkLineThatIsTooLong() throws Exception {
    String extension = "1;" + "a".repeat(100);
    hits(Limit.CHUNK_LINE, CHUNKED + extension, EMPTY, "--max-chunk-line-bytes", "64");
  }

  @Test
  void trailersThatAreTooLong() throws Exception {
    String trailer = "0\r\nA: " + "a".repeat(300);
    hits(Limit.TRAILERS, CHUNKED + trailer, EMPTY, "--max-trailer-bytes", "256");
  }

  @Test
  void aBodyThatIsLongerThanWhatIsLookedAt() throws Exception {
    String body = "a".repeat(64 * 1024 + 1);
    hits(
        Limit.BODY_INSPECTION,
        POST + "Content-Length: " + body.length() + "\r\n\r\n" + body,
        EMPTY);
  }

  @Test
  void anEventThatIsTooLargeToBeRead() throws Exception {
    String event = "data: {\"choices\":[{\"text\":\"" + "a".repeat(2000) + "\"}]}\n\n";
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
            + event.length()
            + "\r\n\r\n"
            + event;
    hits(
        Limit.EVENT_BYTES,
        POST + "Content-Length: 15\r\n\r\n{\"stream\":true}",
        answer,
        "--max-event-bytes",
        "1KiB");
  }

  @Test
  void anAnswersHeadThatIsTooLong() throws Exception {
    String answer = "HTTP/1.1 200 OK\r\nA: " + "a".repeat(1100) + "\r\n\r\n";
    hits(Limit.RESPONSE_HEAD, GET, answer, "--max-header-bytes", "1KiB");
  }

  @Test
  void tooManyInterimAnswers() throws Exception {
    String interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
    hits(Limit.INTERIM_RESPONSES, GET, interim.repeat(21) + EMPTY);
  }

  @Test
  void aHeadThatDoesNotEnd() throws Exception {
    hits(Limit.HEADER_TIMEOUT, "GET / HT", EMPTY, "--request-head-timeout", "100ms");
  }

  @Test
  void aBodyThatStandsStill() throws Exception {
    String unfinished = POST + "Content-Length: 9\r\n\r\nabc";
    hits(Limit.BODY_TIMEOUT, unfinished, "", "--request-body-idle-timeout", "100ms");
  }

  @Test
  void aConnectionWithoutARequest() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY);
        TestProxy proxy = TestProxy.before(upstream, "--client-idle-timeout", "100ms");
        Socket client = proxy.connect()) {
      assertThat(client.getInputStream().read()).isNegative();
      assertThat(proxy.gauges.limits).containsExactly(Limit.IDLE_TIMEOUT);
    }
  }

  @Test
  void whatIsSentAheadIsCountedOnceForEachPause() throws Exception {
    int requests = 100;
    String ahead = "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(1000) + "\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(EMPTY);
        TestProxy proxy = TestProxy.before(upstream, "--max-pipelined-bytes", "1KiB");
        Socket client = proxy.connect()) {
      Thread reading = Thread.ofPlatform().start(() -> readAll(client));
      client.getOutputStream().write(ascii(ahead.repeat(requests - 1) + GET));
      reading.join();
      assertThat(proxy.gauges.limits).isNotEmpty().containsOnly(Limit.PIPELINED);
      for (int i = 0; i < requests; i++) {
        proxy.next();
      }
    }
  }

  private static void hits(Limit limit, String request, String answer, String... options)
      throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream, options);
        Socket client = proxy.send(request)) {
      readAll(client);
      proxy.next();
      assertThat(List.copyOf(proxy.gauges.limits)).containsExactly(limit);
    }
  }

  private static void readAll(Socket client) {
    try {
      client.getInputStream().readAllBytes();
    } catch (IOException e) {
      // a connection that was reset has ended, too
    }
  }
}
