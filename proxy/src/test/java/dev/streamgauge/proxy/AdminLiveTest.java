package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AdminLiveTest {
  private static final String TOKEN =
      "data: {\"object\":\"chat.completion.chunk\",\"model\":\"llama\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";

  private final Semaphore more = new Semaphore(0);
  private final ScriptedUpstream upstream =
      new ScriptedUpstream(
          (in, out, _) -> {
            var _ = readHead(in);
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
            out.write(ascii("Connection: close\r\n\r\n" + TOKEN + TOKEN));
            out.flush();
            more.acquireUninterruptibly();
            out.write(ascii(TOKEN + "data: [DONE]\n\n"));
          });
  private final TestProxy proxy = TestProxy.before(upstream);
  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private final AdminServer admin = new AdminServer(proxy.server, telemetry);
  private final InetSocketAddress address = admin.start(new HostPort("127.0.0.1", 0));
  private final HttpClient client = HttpClient.newHttpClient();

  AdminLiveTest() throws IOException {}

  @AfterEach
  void down() throws IOException {
    more.release();
    admin.close();
    proxy.close();
    upstream.close();
  }

  @Test
  void eachFileOfThePageIsThereAndComesFromNowhereElse() throws Exception {
    String page = get("/").body();
    assertThat(page).contains("live/live.js").doesNotContain("src=\"http");
    for (String file :
        List.of(
            "live.css",
            "live.js",
            "stream.js",
            "lines.js",
            "charts.js",
            "tables.js",
            "words.js",
            "uplot.js",
            "uplot.css")) {
      HttpResponse<String> answer = get("/live/" + file);
      assertThat(answer.statusCode()).as(file).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
          .contains("default-src 'none'")
          .doesNotContain("unsafe");
    }
    assertThat(get("/live/uplot.js").body()).contains("MIT");
    assertThat(get("/live/nothing.js").statusCode()).isEqualTo(404);
    assertThat(get("/live/../proxy").statusCode()).isEqualTo(404);
  }

  @Test
  void aFileThatIsKnownIsNotSentAgainAndComesCompressedWhereThatIsTaken() throws Exception {
    String tag = get("/").headers().firstValue("etag").orElseThrow();
    HttpResponse<String> same = client.send(request("/", "If-None-Match", tag), text());
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(client.send(request("/", "If-None-Match", "\"x\", " + tag), text()).statusCode())
        .isEqualTo(304);
    assertThat(client.send(request("/", "If-None-Match", "\"x\""), text()).statusCode())
        .isEqualTo(200);
    HttpResponse<String> small = client.send(request("/", "Accept-Encoding", "br, gzip"), text());
    assertThat(small.headers().firstValue("content-encoding")).contains("gzip");
    HttpResponse<String> plain = client.send(request("/", "Accept-Encoding", "gzip;q=0"), text());
    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
  }

  @Test
  void aStreamIsSeenAsItRunsAndAsItEnds() throws Exception {
    try (Viewer viewer = new Viewer("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")) {
      assertThat(viewer.next("HTTP/1.1 ")).contains("200");
      assertThat(viewer.next("data: ")).contains("\"upstream\":\"http://127.0.0.1:");
      assertThat(viewer.next("event: ")).isEqualTo("event: history");
      try (Socket _ = proxy.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(viewer.with("\"generating\",\"chat\",")).contains(",2,0,null,null]");
        more.release();
        assertThat(viewer.with("\"ok\"]]")).contains("\"left_out\":0");
        var _ = proxy.next(Outcome.OK, 200);
      }
    }
  }

  @Test
  void aStreamBeforeAnybodyLookedIsInTheFirstEvents() throws Exception {
    try (Socket _ = proxy.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n")) {
      TestProxy.await("a request in flight", () -> proxy.server.inFlight() == 1);
      try (Viewer viewer = new Viewer("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(viewer.with("\"chat\"")).isNotEmpty();
      }
      more.release();
      var _ = proxy.next(Outcome.OK, 200);
    }
  }

  @Test
  void oneViewerMoreThanThereMayBeIsToldSo() throws Exception {
    List<Viewer> viewers = new ArrayList<>();
    for (int i = 0; i < AdminLive.VIEWERS_MAX; i++) {
      viewers.add(new Viewer("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n"));
      assertThat(viewers.getLast().next("HTTP/1.1 ")).contains("200");
    }
    HttpResponse<String> refused = get("/api/live");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).isEqualTo("20 are looking already; try again later\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    viewers.removeFirst().close();
    TestProxy.await(
        "a free place",
        () -> {
          try (Viewer next = new Viewer("GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n")) {
            return next.next("HTTP/1.1 ").contains("200");
          } catch (IOException e) {
            return false;
          }
        });
    for (Viewer each : viewers) {
      each.close();
    }
  }

  @Test
  void anOldClientGetsEventsUntilTheConnectionEnds() throws Exception {
    try (Viewer viewer = new Viewer("GET /api/live HTTP/1.0\r\n\r\n")) {
      assertThat(viewer.next("connection: ")).contains("close");
      assertThat(viewer.next("event: ")).isEqualTo("event: hello");
    }
  }

  @Test
  void thePageIsForAllAndItsDataForWhoeverHasTheToken(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a-secret-word");
    try (TestProxy guarded = TestProxy.before(upstream, "--admin-token-file", token.toString())) {
      AdminServer port = new AdminServer(guarded.server, telemetry);
      InetSocketAddress at = port.start(new HostPort("127.0.0.1", 0));
      String url = "http://127.0.0.1:" + at.getPort();
      assertThat(client.send(HttpRequest.newBuilder(URI.create(url + "/")).build(), text()).body())
          .contains("<title>streamgauge</title>");
      HttpRequest.Builder data = HttpRequest.newBuilder(URI.create(url + "/api/live"));
      assertThat(client.send(data.build(), text()).statusCode()).isEqualTo(401);
      data.header("Authorization", "Bearer a-secret-word").HEAD();
      assertThat(client.send(data.build(), text()).statusCode()).isEqualTo(200);
      port.close();
    }
  }

  /** Who takes nothing has one batch of events on its way, and is closed in the end. */
  @Test
  void forAViewerThatDoesNotKeepUpNothingWaits() {
    AtomicLong time = new AtomicLong();
    EmbeddedChannel thread = new EmbeddedChannel();
    thread.freezeTime();
    AdminLive live =
        new AdminLive(
            proxy.server.board(),
            telemetry,
            new AdminLiveFacts(proxy.server, admin.scraper()),
            new Readiness(proxy.server),
            thread.eventLoop(),
            time::get);
    Slow slow = new Slow();
    live.start();
    thread.runPendingTasks();
    AdminLive.Seat seat = live.join(slow);
    for (int second = 0; second < 29; second++) {
      pass(time, thread);
    }
    assertThat(slow.batches).hasSize(1);
    slow.taken.run();
    pass(time, thread);
    assertThat(slow.batches).hasSize(2);
    assertThat(slow.batches.getLast()).as("what was missed").contains("event: history\n");
    for (int second = 0; second < 40; second++) {
      pass(time, thread);
    }
    assertThat(slow.batches).hasSize(2);
    assertThat(slow.closed).isTrue();
    seat.leave();
    live.close();
    var _ = thread.close();
  }

  private static void pass(AtomicLong time, EmbeddedChannel thread) {
    for (int i = 0; i < 4; i++) {
      time.addAndGet(AdminLive.SNAPSHOT_NANOS);
      thread.advanceTimeBy(AdminLive.SNAPSHOT_NANOS, TimeUnit.NANOSECONDS);
      thread.runScheduledPendingTasks();
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path, "Accept", "*/*"), text());
  }

  private HttpRequest request(String path, String header, String value) {
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
    return HttpRequest.newBuilder(uri).header(header, value).build();
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private static final class Slow implements AdminLive.Viewer {
    private final List<String> batches = new ArrayList<>();
    private Runnable taken = () -> {};
    private boolean closed;

    @Override
    public void send(ByteBuf events, Runnable whenTaken) {
      batches.add(events.toString(StandardCharsets.US_ASCII));
      events.release();
      taken = whenTaken;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Reads events as they come. */
  private final class Viewer implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Viewer(String request) throws IOException {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(ascii(request));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** The next line that begins so. */
    String next(String start) throws IOException {
      String line = lines.readLine();
      while (line != null && !line.startsWith(start)) {
        line = lines.readLine();
      }
      return line == null ? "" : line;
    }

    /** The next snapshot that has it. */
    String with(String part) throws IOException {
      String line = next("data: {\"t\"");
      while (!line.isEmpty() && !(line.contains("\"lines\"") && line.contains(part))) {
        line = next("data: {\"t\"");
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
