package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With details asked for by the proxy, both sides of it: what TGI gets, what the client. */
class DetailsInjectTest {
  private static final String BODY =
      "{\"inputs\":\"Say \\u0061\",  \"stream\":true, \"parameters\":{ \"max_new_tokens\":2}}";
  private static final String TOKEN =
      "data:{\"index\":1,\"token\":{\"id\":5,\"text\":\" a\",\"logprob\":-0.5,\"special\":false},"
          + "\"generated_text\":null,\"details\":null}\n\n";
  private static final String LAST =
      "data:{\"index\":2,\"token\":{\"id\":2,\"text\":\"</s>\",\"logprob\":-0.1,\"special\":true},"
          + "\"generated_text\":\" a\",\"details\":";
  private static final String DETAILS =
      "{\"finish_reason\":\"eos_token\",\"generated_tokens\":2,\"seed\":null,\"input_length\":3}";

  private final LinkedBlockingQueue<String> bodies = new LinkedBlockingQueue<>();

  /** Answers with details if asked for them, in chunks. */
  private ScriptedUpstream server() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          String head = ScriptedUpstream.readHead(in).toLowerCase(Locale.ROOT);
          String length = head.replaceAll("(?s).*content-length: (\\d+).*", "$1");
          String body =
              new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
          bodies.add(body);
          String last = LAST + (body.contains("\"details\":true") ? DETAILS : "null") + "}\n\n";
          out.write(
              ScriptedUpstream.ascii(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-compute-type: cpu\r\n"
                      + "Transfer-Encoding: chunked\r\n\r\n"
                      + chunk(TOKEN)
                      + chunk(last)
                      + "0\r\n\r\n"));
        });
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String ask(TestProxy proxy, String path, String body) throws IOException {
    String request =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (Socket socket = proxy.send(request)) {
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.replaceAll("x-request-id: [^\r]*\r\n", "");
    }
  }

  @ParameterizedTest
  @CsvSource({"/generate_stream", "/"})
  void theClientSeesTheSameWithAndWithout(String path) throws Exception {
    String plain;
    try (ScriptedUpstream upstream = server();
        TestProxy proxy = TestProxy.before(upstream)) {
      plain = ask(proxy, path, BODY);
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(Objects.requireNonNull(record.generation()).tokensSource())
          .isEqualTo(TokenSource.EVENTS);
    }
    assertThat(bodies.take()).isEqualTo(BODY);
    assertThat(plain).contains(LAST + "null}\n\n");
    try (ScriptedUpstream upstream = server();
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      assertThat(ask(proxy, path, BODY)).isEqualTo(plain);
      RequestRecord record = proxy.next(Outcome.OK, 200);
      RequestRecord.Generation generation = Objects.requireNonNull(record.generation());
      assertThat(generation.tokensSource()).isEqualTo(TokenSource.ENGINE);
      assertThat(record.transfer().responseBytes())
          .isEqualTo((TOKEN + LAST + "null}\n\n").length());
      assertThat(proxy.gauges.injections).containsExactly(UsageInjection.INJECTED);
      assertThat(proxy.gauges.removals).containsExactly(UsageRemoval.REMOVED);
    }
    assertThat(bodies.take())
        .isEqualTo(BODY.replace("\"parameters\":{", "\"parameters\":{\"details\":true,"));
  }

  @Test
  void whereTheClientAskedItselfNothingIsTakenOut() throws Exception {
    String body = BODY.replace("\"parameters\":{", "\"parameters\":{\"details\":true,");
    try (ScriptedUpstream upstream = server();
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      assertThat(ask(proxy, "/generate_stream", body)).contains(LAST + DETAILS + "}\n\n");
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(proxy.gauges.injections).containsExactly(UsageInjection.ALREADY_ASKED);
      assertThat(proxy.gauges.removals).isEmpty();
    }
    assertThat(bodies.take()).isEqualTo(body);
  }

  @Test
  void anAnswerThatBreaksOffShowsNothingOfTheDetails() throws Exception {
    String begun = TOKEN + LAST + DETAILS.substring(0, 20);
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(
                (in, out, _) -> {
                  String head = ScriptedUpstream.readHead(in).toLowerCase(Locale.ROOT);
                  String length = head.replaceAll("(?s).*content-length: (\\d+).*", "$1");
                  var _ = in.readNBytes(Integer.parseInt(length));
                  out.write(
                      ScriptedUpstream.ascii(
                          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n"
                              + chunk(TOKEN)
                              + "fff\r\n"
                              + begun.substring(TOKEN.length())));
                });
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      assertThat(ask(proxy, "/generate_stream", BODY)).contains(chunk(TOKEN)).endsWith(LAST);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
    }
  }
}
