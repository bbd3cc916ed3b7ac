package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each phase has a time limit of its own, with an outcome that says who was too slow. */
@Timeout(60)
final class PhaseTimeoutsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LIMIT = "300ms";
  private static final long LIMIT_NANOS = 300_000_000L;

  @Test
  void aHeadThatDoesNotEndIsARequestTimeout() throws Exception {
    try (ScriptedUpstream upstream = silentAfter("");
        TestProxy proxy = TestProxy.before(upstream, "--request-head-timeout", LIMIT);
        Socket client = proxy.send("GET / HT")) {
      assertThat(all(client)).startsWith("HTTP/1.1 408 ").contains("connection: close\r\n");
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 408);
      assertThat(record.operation().label()).isEqualTo("other");
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(LIMIT_NANOS);
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void aRequestBodyThatStallsIsARequestTimeout() throws Exception {
    try (ScriptedUpstream upstream = silentAfter("");
        TestProxy proxy = TestProxy.before(upstream, "--request-body-idle-timeout", LIMIT);
        Socket client =
            proxy.send(
                "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")) {
      assertThat(all(client)).startsWith("HTTP/1.1 408 ");
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 408);
      assertThat(record.transfer().requestBytes()).isEqualTo(3);
      assertThat(record.operation()).isEqualTo(Operation.COMPLETION);
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(LIMIT_NANOS);
    }
  }

  @Test
  void aRequestBodyThatComesTooSlowlyIsARequestTimeout() throws Exception {
    try (ScriptedUpstream upstream = silentAfter("");
        TestProxy proxy =
            TestProxy.before(upstream, "--request-head-timeout", LIMIT, "--min-body-rate", "1MiB");
        Socket client =
            proxy.send(
                "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")) {
      assertThat(all(client)).startsWith("HTTP/1.1 408 ").contains("too slow");
      RequestRecord record = proxy.next(Outcome.CALLER_INVALID, 408);
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(LIMIT_NANOS);
      assertThat(proxy.gauges.limits).contains(Limit.SLOW_SENDER);
    }
  }

  @Test
  void aConnectionWithoutARequestIsClosedAndIsNoRequest() throws Exception {
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream, "--client-idle-timeout", LIMIT);
        Socket fresh = proxy.connect();
        Socket used = proxy.send(GET)) {
      assertThat(readHead(used.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(used.getInputStream().read()).isNegative();
      assertThat(fresh.getInputStream().read()).isNegative();
      assertThat(proxy.next(Outcome.OK, 200).transfer().responseBytes()).isZero();
    }
  }

  /** They are looked at by turns, a quarter at a time. */
  @Test
  void ofManyIdleConnectionsEachOneIsClosedInItsTurn() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (ScriptedUpstream upstream = silentAfter("");
        TestProxy proxy = TestProxy.before(upstream, "--client-idle-timeout", LIMIT)) {
      for (int i = 0; i < 1_000; i++) {
        clients.add(proxy.connect());
      }
      for (Socket client : clients) {
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      TestProxy.await("all gone", () -> proxy.server.connections() == 0);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** It was among them when their turn began, as a connection that had said nothing. */
  @Test
  void ofManyConnectionsOneThatBecomesHttp2IsLetAlone() throws Exception {
    List<Socket> idle = new ArrayList<>();
    List<Socket> late = new ArrayList<>();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream)) {
      for (int i = 0; i < 1_000; i++) {
        idle.add(proxy.connect());
      }
      for (int i = 0; i < 40; i++) {
        late.add(proxy.connect());
      }
      long from = System.nanoTime();
      TestProxy.await("more than a second", () -> System.nanoTime() - from > 1_200_000_000L);
      List<Http2Peer> clients = new ArrayList<>();
      for (Socket socket : late) {
        clients.add(Http2Peer.client(socket));
      }
      long begun = System.nanoTime();
      TestProxy.await("a turn and more", () -> System.nanoTime() - begun > 1_500_000_000L);
      for (Http2Peer client : clients) {
        client.get(1, "/health");
        assertThat(client.answer(1).status()).isEqualTo("200");
        var _ = proxy.next(Outcome.OK, 200);
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
      for (Socket socket : late) {
        socket.close();
      }
    }
  }

  @Test
  void anAnswerThatDoesNotBeginIsAGatewayTimeout() throws Exception {
    try (ScriptedUpstream upstream = silentAfter("HTTP/1.1 200 OK\r\n");
        TestProxy proxy = TestProxy.before(upstream, "--response-head-timeout", LIMIT);
        Socket client = proxy.send(GET)) {
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 504 ");
      RequestRecord record = proxy.next(Outcome.UPSTREAM_TIMEOUT, 504);
      assertThat(record.points().ended()).isGreaterThanOrEqualTo(LIMIT_NANOS);
    }
  }

  @Test
  void anAnswerThatStallsIsBrokenOff() throws Exception {
    String begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
    try (ScriptedUpstream upstream = silentAfter(begun);
        TestProxy proxy = TestProxy.before(upstream, "--response-idle-timeout", LIMIT);
        Socket client = proxy.send(GET)) {
      assertThat(all(client)).endsWith("\r\n\r\nabc");
      assertThat(proxy.next(Outcome.UPSTREAM_TIMEOUT, 200).transfer().responseBytes()).isEqualTo(3);
    }
  }

  @Test
  void aClientThatTakesNothingIsGivenUp() throws Exception {
    ScriptedUpstream.Script flood =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
          for (int i = 0; i < 100_000; i++) {
            out.write(new byte[64 * 1024]);
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(flood);
        TestProxy proxy = TestProxy.before(upstream, "--client-stall-timeout", "1s");
        Socket client = proxy.send(GET)) {
      RequestRecord record = proxy.next(Outcome.CALLER_DISCONNECT, 200);
      assertThat(record.error()).contains("took nothing");
      assertThat(record.transfer().clientPausedNanos()).isPositive();
      assertThat(client.isConnected()).isTrue();
    }
  }

  /**
   * A listener whose queue is full takes no more connections: the kernel drops the first packet.
   */
  @Test
  void aServerThatDoesNotAcceptInTimeIsUnreachable() throws Exception {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> fill = fill(full);
      try (TestProxy proxy =
              TestProxy.before(
                  "http://127.0.0.1:" + full.getLocalPort(),
                  "127.0.0.1:0",
                  "--upstream-connect-timeout",
                  LIMIT);
          Socket client = proxy.send(GET)) {
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
        assertThat(proxy.next(Outcome.UPSTREAM_UNREACHABLE, 502).points().connected()).isNull();
      }
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  private static List<Socket> fill(ServerSocket full) throws IOException {
    List<Socket> fill = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      fill.add(new Socket(full.getInetAddress(), full.getLocalPort()));
    }
    return fill;
  }

  /** A pause that we made ourselves is not the server's silence. */
  @Test
  void aSlowClientIsNotTheServersSilence() throws Exception {
    int bytes = 40_000_000;
    ScriptedUpstream.Script large =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n"));
          out.write(new byte[bytes]);
          assertThat(in.read()).isNegative();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(large);
        TestProxy proxy = TestProxy.before(upstream, "--response-idle-timeout", LIMIT);
        Socket client = proxy.send(GET)) {
      long start = System.nanoTime();
      TestProxy.await("a second of slowness", () -> System.nanoTime() - start > 1_000_000_000L);
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(client.getInputStream().readNBytes(bytes)).hasSize(bytes);
      assertThat(proxy.next(Outcome.OK, 200).transfer().clientPausedNanos()).isPositive();
    }
  }

  private static String all(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static ScriptedUpstream silentAfter(String bytes) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          out.write(ascii(bytes));
          assertThat(in.readAllBytes()).isNotNull();
        });
  }
}
