package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With usage asked for by the proxy, both sides of it: what the server gets, what the client. */
class UsageInjectTest {
  private static final String ASK = "\"stream_options\":{\"include_usage\":true},";
  private static final String BODY = "{\"stream\":true,  \"model\":\"m\", \"x\":1.0e0}";
  private static final String CONTENT =
      "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final String FINISH =
      "data: {\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n\n";
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":9}}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final LinkedBlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> heads = new LinkedBlockingQueue<>();

  /** Answers as its form says, with usage if asked for it, and closes. */
  private ScriptedUpstream server(String form) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          String head = ScriptedUpstream.readHead(in);
          String body = body(in, head);
          heads.add(head);
          bodies.add(body);
          boolean asked = body.contains("include_usage\":true");
          List<String> pieces =
              asked ? List.of(CONTENT, FINISH + USAGE, DONE) : List.of(CONTENT, FINISH, DONE);
          out.write(ScriptedUpstream.ascii(answer(form, pieces)));
        });
  }

  private static String answer(String form, List<String> pieces) {
    String body = String.join("", pieces);
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    return switch (form) {
      case "counted" -> head + "content-LENGTH: " + body.length() + "\r\nX-A: b\r\n\r\n" + body;
      case "close" -> head + "\r\n" + body;
      default -> head + "Transfer-Encoding: chunked\r\n\r\n" + chunks(pieces);
    };
  }

  private static String chunks(List<String> pieces) {
    StringBuilder wire = new StringBuilder();
    for (String piece : pieces) {
      wire.append(Integer.toHexString(piece.length())).append("\r\n").append(piece).append("\r\n");
    }
    return wire.append("0\r\n\r\n").toString();
  }

  private static String body(InputStream in, String head) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    if (lower.contains("transfer-encoding: chunked")) {
      StringBuilder all = new StringBuilder();
      while (!all.toString().endsWith("0\r\n\r\n")) {
        all.append((char) in.read());
      }
      return all.toString();
    }
    String length = lower.replaceAll("(?s).*content-length: (\\d+).*", "$1");
    return new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.ISO_8859_1);
  }

  private String ask(TestProxy proxy, String request) throws IOException {
    try (Socket socket = proxy.send(request)) {
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer.replaceAll("x-request-id: [^\r]*\r\n", "");
    }
  }

  private static String counted(String version, String body) {
    return "POST /v1/chat/completions HTTP/"
        + version
        + "\r\nHost: h\r\nAccept-Encoding: gzip, deflate\r\nConnection: close\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "counted", "close"})
  void theClientSeesTheSameWithAndWithout(String form) throws Exception {
    for (String version : List.of("1.1", "1.0")) {
      String plain;
      try (ScriptedUpstream upstream = server(form);
          TestProxy proxy = TestProxy.before(upstream)) {
        plain = ask(proxy, counted(version, BODY));
        assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes())
            .isEqualTo((CONTENT + FINISH + DONE).length());
      }
      assertThat(bodies.take()).isEqualTo(BODY);
      assertThat(heads.take()).contains("Accept-Encoding: gzip, deflate\r\n");
      try (ScriptedUpstream upstream = server(form);
          TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
        assertThat(ask(proxy, counted(version, BODY))).isEqualTo(plain);
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(Objects.requireNonNull(record.generation()).tokensSource())
            .isEqualTo(TokenSource.USAGE);
        assertThat(record.transfer().responseBytes()).isEqualTo((CONTENT + FINISH + DONE).length());
        assertThat(proxy.gauges.injections).containsExactly(UsageInjection.INJECTED);
        assertThat(proxy.gauges.removals).containsExactly(UsageRemoval.REMOVED);
      }
      assertThat(bodies.take()).isEqualTo("{" + ASK + BODY.substring(1));
      assertThat(heads.take()).contains("Accept-Encoding: identity\r\n");
    }
  }

  @Test
  void aBodyInChunksKeepsItsChunks() throws Exception {
    List<String> lines =
        List.of("1;a=b", "{", "00F", "\"stream\":true, ", "9", "\"n\" : 1 }", "0", "", "");
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + String.join("\r\n", lines);
    try (ScriptedUpstream upstream = server("chunked");
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      assertThat(ask(proxy, request)).endsWith(chunks(List.of(CONTENT, FINISH, DONE)));
      assertThat(proxy.next(Outcome.OK, 200).transfer().requestBytes()).isEqualTo(25);
    }
    assertThat(bodies.take()).contains(ASK).endsWith("9\r\n\"n\" : 1 }\r\n0\r\n\r\n");
  }

  @Test
  void anAnswerThatBreaksOffShowsNothingOfThePiece() throws Exception {
    String begun = CONTENT + FINISH + USAGE.substring(0, USAGE.length() - 9);
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(
                (in, out, _) -> {
                  var _ = body(in, ScriptedUpstream.readHead(in));
                  out.write(
                      ScriptedUpstream.ascii(
                          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\nfff\r\n"
                              + begun));
                });
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      assertThat(ask(proxy, counted("1.1", BODY))).endsWith(CONTENT + FINISH);
      var _ = proxy.next(Outcome.UPSTREAM_RESET, 200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Expect: 100-continue", "Content-Encoding: gzip", "X: y"})
  void whatIsLeftAloneIsCountedAndPassesAsItCame(String field) throws Exception {
    String body = field.startsWith("X") ? "{\"stream\":false}" : BODY;
    try (ScriptedUpstream upstream = server("chunked");
        TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
      String request = counted("1.1", body).replace("Host: h\r\n", "Host: h\r\n" + field + "\r\n");
      assertThat(ask(proxy, request)).endsWith(chunks(List.of(CONTENT, FINISH, DONE)));
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(proxy.gauges.injections).hasSize(1).doesNotContain(UsageInjection.INJECTED);
      assertThat(proxy.gauges.removals).isEmpty();
    }
    assertThat(bodies.take()).isEqualTo(body);
  }

  @Test
  void aBodyAboveTheLimitIsLeftAlone() throws Exception {
    String body = "{\"stream\":true,\"x\":\"" + "y".repeat(70_000) + "\"}";
    String chunked =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + chunks(List.of(body));
    for (String request : List.of(counted("1.1", body), chunked)) {
      try (ScriptedUpstream upstream = server("chunked");
          TestProxy proxy = TestProxy.before(upstream, "--usage", "inject")) {
        assertThat(ask(proxy, request)).endsWith(chunks(List.of(CONTENT, FINISH, DONE)));
        var _ = proxy.next(Outcome.OK, 200);
        assertThat(proxy.gauges.injections).containsExactly(UsageInjection.TOO_LARGE);
      }
      assertThat(bodies.take()).contains(body);
    }
  }
}
