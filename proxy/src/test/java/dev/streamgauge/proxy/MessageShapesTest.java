package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies pass with the bytes of their framing; answers without a body have none. */
@Timeout(30)
final class MessageShapesTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  @Test
  void chunksAndTrailersPassUntouchedBothWays() throws Exception {
    String up = "3;a=\"b\"\r\nabc\r\n0a\r\n0123456789\r\n0;e\r\nX-Sum: 1\r\nY:\r\n\r\n";
    String down = "00002\r\nok\r\n0\r\nServer-Timing: t\r\n\r\n";
    CompletableFuture<byte[]> seen = new CompletableFuture<>();
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).contains("Transfer-Encoding: chunked\r\n", "Trailer: X-Sum\r\n");
          seen.complete(in.readNBytes(up.length()));
          out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + down));
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client =
            proxy.send(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                    + up)) {
      assertThat(readHead(client.getInputStream())).contains("Transfer-Encoding: chunked\r\n");
      assertThat(client.getInputStream().readNBytes(down.length())).isEqualTo(ascii(down));
      assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(ascii(up));
      RequestRecord record = proxy.next(Outcome.OK, 200);
      assertThat(record.transfer().requestBytes()).isEqualTo(13);
      assertThat(record.transfer().responseBytes()).isEqualTo(2);
    }
  }

  @Test
  void aBadBodyIsRefusedUnderTheOperationThatItsHeadNamed() throws Exception {
    String bad =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    ScriptedUpstream.Script script = (in, _, _) -> in.readAllBytes();
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(bad)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 400 ");
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 400);
      assertThat(record.operation()).isEqualTo(Operation.COMPLETION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD|HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        "HEAD|HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HEAD|HTTP/1.1 200 OK\r\n\r\n",
        "GET|HTTP/1.1 204 No Content\r\n\r\n",
        "GET|HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n",
        "GET|HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      })
  void anAnswerWithoutABodyIsFollowedByTheNext(String methodAndAnswer) throws Exception {
    int bar = methodAndAnswer.indexOf('|');
    String answer = methodAndAnswer.substring(bar + 1);
    String request = methodAndAnswer.substring(0, bar) + " / HTTP/1.1\r\nHost: x\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(answer);
        TestProxy proxy = TestProxy.before(upstream, "--add-request-id", "off");
        Socket client = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        client.getOutputStream().write(ascii(request));
        assertThat(readHead(client.getInputStream())).isEqualTo(answer);
        RequestRecord record = proxy.next();
        assertThat(record.outcome()).isEqualTo(Outcome.OK);
        assertThat(record.transfer().responseBytes()).isZero();
        assertThat(record.transfer().upstreamReused()).isEqualTo(i > 0);
        assertThat(record.points().connectStarted() == null).isEqualTo(i > 0);
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void anAnswerUntilTheCloseEndsWithTheClose() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\nall of it"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).contains("Connection: close\r\n");
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(ascii("all of it"));
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isEqualTo(9);
    }
  }

  @Test
  void pipelinedRequestsWithBodiesAreAnsweredInOrder() throws Exception {
    ScriptedUpstream.Script echo =
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            byte[] body = in.readNBytes(4);
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"));
            out.write(body);
          }
        };
    StringBuilder all = new StringBuilder();
    List<String> bodies = List.of("aaaa", "bbbb", "cccc", "dddd");
    for (String body : bodies) {
      all.append("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n").append(body);
    }
    try (ScriptedUpstream upstream = new ScriptedUpstream(echo);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(all.toString())) {
      InputStream in = client.getInputStream();
      for (String body : bodies) {
        assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
        assertThat(in.readNBytes(4)).isEqualTo(ascii(body));
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.transfer().requestBytes()).isEqualTo(4);
        assertThat(record.points().ended()).isNotNegative();
      }
      assertThat(upstream.connections).hasValue(1);
    }
  }

  @Test
  void eachPieceLeavesWhenItWasReadAndAsItCame() throws Exception {
    Semaphore steps = new Semaphore(0);
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(
              ascii(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 12\r\n\r\n"));
          for (String piece : List.of("data", ": a\n", "\nend")) {
            steps.acquireUninterruptibly();
            out.write(ascii(piece));
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(GET)) {
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
      for (String piece : List.of("data", ": a\n", "\nend")) {
        steps.release();
        byte[] got = new byte[64];
        int length = in.read(got);
        assertThat(new String(got, 0, length, StandardCharsets.US_ASCII)).isEqualTo(piece);
      }
      assertThat(proxy.next().transfer().responseBytes()).isEqualTo(12);
    }
  }
}
