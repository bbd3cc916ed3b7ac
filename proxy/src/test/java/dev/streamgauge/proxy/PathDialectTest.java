package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PathDialectTest {
  private static final String PIECES =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\ndata: [DONE]\n\n";

  private static RequestRecord asked(String path, String... options) throws Exception {
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
            + PIECES.length()
            + "\r\n\r\n"
            + PIECES;
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          ScriptedUpstream.readHead(in);
          out.write(ScriptedUpstream.ascii(answer));
        };
    String request =
        "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream, options);
        Socket client = proxy.send(request)) {
      assertThat(client.getInputStream().readAllBytes()).isNotEmpty();
      return proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void aPathThatIsNamedCountsAsItsDialectsOperation() throws Exception {
    RequestRecord named = asked("/ask/me?now", "--path-dialect", "/ask/*=openai_chat");
    assertThat(named.operation()).isEqualTo(Operation.CHAT);
    assertThat(named.dialect()).isEqualTo(Dialect.OPENAI_CHAT);
    assertThat(named.points().firstToken()).isNotNull();
    RequestRecord other = asked("/tell", "--path-dialect", "/ask/*=openai_chat");
    assertThat(other.operation()).isEqualTo(Operation.OTHER);
  }

  @Test
  void theFirstThatFitsIsAheadOfTheDialectOfAllAndAutoLeavesItToTheAnswer() throws Exception {
    String[] options = {
      "--dialect",
      "anthropic_messages",
      "--path-dialect",
      "/v1/chat/completions=auto",
      "--path-dialect",
      "/v1/*=ollama"
    };
    RequestRecord left = asked("/v1/chat/completions", options);
    assertThat(left.operation()).isEqualTo(Operation.CHAT);
    assertThat(left.dialect()).isEqualTo(Dialect.OPENAI_CHAT);
  }
}
