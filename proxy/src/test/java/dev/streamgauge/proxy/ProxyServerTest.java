package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ProxyServerTest {
  private static final String CHAT =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"stream\":true}";
  private static final String SSE_HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final LinkedBlockingQueue<RequestRecord> records = new LinkedBlockingQueue<>();

  @Test
  void aStreamPassesUntouchedAndItsTokensAreCounted() throws Exception {
    String body =
        chunk(delta("Hel"))
            + chunk(delta("lo"))
            + chunk(finish())
            + chunk("data: [DONE]\n\n")
            + "0\r\n\r\n";
    try (ScriptedUpstream upstream = answering(SSE_HEAD + body);
        Running proxy = new Running(upstream.port());
        Socket client = proxy.connect()) {
      client.getOutputStream().write(ascii(CHAT));
      InputStream in = client.getInputStream();
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 OK\r\n").contains("x-request-id: ");
      assertThat(new String(in.readNBytes(body.length()), StandardCharsets.ISO_8859_1))
          .isEqualTo(body);
      RequestRecord record = next();
      assertThat(record.outcome()).isEqualTo(Outcome.OK);
      assertThat(record.stream()).isTrue();
      assertThat(record.generation())
          .extracting(RequestRecord.Generation::tokenEvents)
          .isEqualTo(2);
      assertThat(record.points().firstToken()).isNotNull();
    }
  }

  @Test
  void aStreamWithoutItsEndMarkerIsTruncated() throws Exception {
    try (ScriptedUpstream upstream = answering(SSE_HEAD + chunk(delta("a")) + "0\r\n\r\n");
        Running proxy = new Running(upstream.port());
        Socket client = proxy.connect()) {
      client.getOutputStream().write(ascii(CHAT));
      assertThat(next().outcome()).isEqualTo(Outcome.UPSTREAM_TRUNCATED);
    }
  }

  @Test
  void anAnswerCutInsideAChunkIsCutForTheClientToo() throws Exception {
    try (ScriptedUpstream upstream = answering(SSE_HEAD + "ff\r\ndata: ");
        Running proxy = new Running(upstream.port());
        Socket client = proxy.connect()) {
      client.getOutputStream().write(ascii(CHAT));
      String all = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(all).endsWith("ff\r\ndata: ");
      assertThat(next().outcome()).isEqualTo(Outcome.UPSTREAM_RESET);
    }
  }

  @Test
  void anAmbiguousRequestIsRefusedAndNeverReachesTheServer() throws Exception {
    List<String> bad =
        List.of(
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
            "GET / HTTP/1.1\nHost: x\n\n",
            "GET / HTTP/1.1\r\nHost: x\r\nA: b\u0001\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n");
    try (ScriptedUpstream upstream = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        Running proxy = new Running(upstream.port())) {
      for (String request : bad) {
        try (Socket client = proxy.connect()) {
          client.getOutputStream().write(ascii(request));
          byte[] answer = client.getInputStream().readAllBytes();
          assertThat(new String(answer, StandardCharsets.ISO_8859_1))
              .as(request)
              .startsWith("HTTP/1.1 400 ");
          assertThat(next().outcome()).isEqualTo(Outcome.CALLER_INVALID);
        }
      }
      assertThat(upstream.connections).hasValue(0);
    }
  }

  @Test
  void aClientThatLeavesCancelsTheServerAtOnce() throws Exception {
    LinkedBlockingQueue<Long> seen = new LinkedBlockingQueue<>();
    ScriptedUpstream.Script silent =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotNull();
          assertThat(in.readAllBytes()).isNotNull();
          seen.add(System.nanoTime());
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(silent);
        Running proxy = new Running(upstream.port())) {
      Socket client = proxy.connect();
      client.getOutputStream().write(ascii(CHAT));
      while (proxy.server.inFlight() == 0 || upstream.connections.get() == 0) {
        Thread.onSpinWait();
      }
      client.close();
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(next().outcome()).isEqualTo(Outcome.CALLER_DISCONNECT);
      TestProxy.await("nothing in flight", () -> proxy.server.inFlight() == 0);
    }
  }

  @Test
  void aClientThatClosesOnTheEndMarkerHasHadItsAnswer() throws Exception {
    String end = "data: [DONE]\n\n";
    ScriptedUpstream.Script withoutLastChunk =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotNull();
          out.write(ascii(SSE_HEAD + "e\r\n" + end + "\r\n"));
          assertThat(in.readAllBytes()).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(withoutLastChunk);
        Running proxy = new Running(upstream.port())) {
      Socket client = proxy.connect();
      client.getOutputStream().write(ascii(CHAT));
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(client.getInputStream().readNBytes(19)).endsWith(ascii(end + "\r\n"));
      client.close();
      assertThat(next().outcome()).isEqualTo(Outcome.OK);
      TestProxy.await("nothing in flight", () -> proxy.server.inFlight() == 0);
    }
  }

  @Test
  void aReusedConnectionThatTheServerClosedIsReplacedOnce() throws Exception {
    ScriptedUpstream.Script once =
        (in, out, _) -> {
          String first = readHead(in);
          assertThat(first).isNotEmpty();
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
          String second = readHead(in);
          assertThat(second).isNotNull();
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(once);
        Running proxy = new Running(upstream.port());
        Socket client = proxy.connect()) {
      for (int i = 0; i < 3; i++) {
        client.getOutputStream().write(ascii("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 OK");
        assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii("ok"));
        RequestRecord record = next();
        assertThat(record.outcome()).isEqualTo(Outcome.OK);
        assertThat(record.transfer().retries()).isEqualTo(i == 0 ? 0 : 1);
      }
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    ScriptedUpstream.Script echoPath =
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + head.substring(4, 6)));
          }
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(echoPath);
        Running proxy = new Running(upstream.port());
        Socket client = proxy.connect()) {
      client.getOutputStream().write(ascii(get("/a") + get("/b") + get("/c")));
      for (String path : List.of("/a", "/b", "/c")) {
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200");
        assertThat(client.getInputStream().readNBytes(2)).isEqualTo(ascii(path));
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws Exception {
    int unused;
    try (ScriptedUpstream upstream = answering("")) {
      unused = upstream.port();
    }
    try (Running proxy = new Running(unused);
        Socket client = proxy.connect()) {
      client.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 502 ");
      assertThat(next().outcome()).isEqualTo(Outcome.UPSTREAM_UNREACHABLE);
    }
  }

  private RequestRecord next() throws InterruptedException {
    RequestRecord record = records.poll(10, TimeUnit.SECONDS);
    assertThat(record).isNotNull();
    return record;
  }

  /** Answers each request with these bytes and closes. */
  private static ScriptedUpstream answering(String bytes) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          String head = readHead(in);
          if (head.contains("Content-Length: 15")) {
            byte[] body = in.readNBytes(15);
            assertThat(body).hasSize(15);
          }
          out.write(ascii(bytes));
        });
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String delta(String text) {
    return "data: {\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,"
        + "\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  private static String finish() {
    return "data: {\"object\":\"chat.completion.chunk\",\"model\":\"tiny\",\"choices\":[{\"index\":0,"
        + "\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
  }

  /** A proxy on a free port of loopback. */
  private final class Running implements AutoCloseable {
    final ProxyServer server;

    Running(int upstreamPort) throws IOException {
      Settings loaded =
          Settings.load(
              List.of(
                  "--listen",
                  "127.0.0.1:0",
                  "--upstream",
                  "http://127.0.0.1:" + upstreamPort,
                  "--drain-timeout",
                  "1s",
                  "--event-loops",
                  "1"),
              Environment.current());
      ProxySettings settings = ((Settings.Loaded) loaded).proxy();
      server = new ProxyServer(settings, new Telemetry(TelemetrySettings.defaults()), records::add);
      server.start();
    }

    Socket connect() throws IOException {
      Socket socket =
          new Socket(
              InetAddress.getLoopbackAddress(), server.listenAddresses().getFirst().getPort());
      socket.setSoTimeout(10_000);
      return socket;
    }

    @Override
    public void close() {
      try {
        boolean whole = server.drainAndStop("the end of the test");
        assertThat(server.draining() && (whole || server.inFlight() >= 0)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
