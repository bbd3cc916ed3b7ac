package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers of a generating operation that end cleanly without having said that they are whole. */
@Timeout(30)
final class EmptyAnswersTest {
  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n"
          + "{\"stream\":true}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "text/event-stream | '' | UPSTREAM_TRUNCATED",
        "text/event-stream | ': ping' | UPSTREAM_TRUNCATED",
        "text/event-stream | 'data: [DONE]' | OK",
        "application/json | '' | UPSTREAM_TRUNCATED",
        "application/json | '{\"choices\":[{\"mess' | UPSTREAM_TRUNCATED",
        "application/json | '{\"choices\":[]}' | OK",
        "application/json | '{\"other\":1}' | OK",
        "text/plain | 'no' | OK",
      })
  void anAnswerWithoutItsEndIsTruncated(String type, String quotedBody, Outcome outcome)
      throws Exception {
    String body = quotedBody.substring(1, quotedBody.length() - 1);
    String whole = body.isEmpty() ? "" : body + "\n\n";
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(type, whole.length(), whole));
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(CHAT)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      RequestRecord record = proxy.next(outcome, 200);
      assertThat(record.transfer().responseBytes()).isEqualTo(whole.length());
    }
  }

  @Test
  void whatNobodyReadHasNoCounts() throws Exception {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(CHAT)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.next(Outcome.UPSTREAM_TRUNCATED, 200).generation()).isNull();
    }
  }
}
