package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private static final GateView FULL =
      new GateView() {
        @Override
        public int waiting() {
          return 0;
        }

        @Override
        public int admitted() {
          return 2;
        }

        @Override
        public Integer limit() {
          return 2;
        }
      };

  private final CountDownLatch answerAllowed = new CountDownLatch(1);
  private final ScriptedUpstream upstream = hesitant();
  private final TestProxy proxy = TestProxy.before(upstream);
  private final Telemetry telemetry = telemetry();
  private final AdminServer admin = new AdminServer(proxy.server, telemetry);
  private final InetSocketAddress address = admin.start(new HostPort("127.0.0.1", 0));
  private final HttpClient client = HttpClient.newHttpClient();

  AdminServerTest() throws IOException {}

  @BeforeEach
  void up() throws IOException, InterruptedException {
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
  }

  @AfterEach
  void down() throws IOException {
    answerAllowed.countDown();
    admin.close();
    proxy.close();
    upstream.close();
  }

  @Test
  void readinessFollowsTheUpstream() throws IOException, InterruptedException {
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    upstream.close();
    // A thread that is just accepting keeps the port open for a moment longer.
    TestProxy.await(
        "not ready",
        () ->
            client
                    .sendAsync(request("/readyz"), HttpResponse.BodyHandlers.ofString())
                    .join()
                    .statusCode()
                == 503);
    assertThat(get("/readyz").body()).isEqualTo("the upstream does not accept\n");
  }

  @Test
  void bothPagesAreThereInTheFormatThatIsAskedFor() throws IOException, InterruptedException {
    var _ = telemetry.engine().read("engine_own 3\n".getBytes(StandardCharsets.UTF_8), null);
    assertThat(get("/metrics").body()).doesNotContain("engine_own").contains("streamgauge_");
    assertThat(get("/metrics/engine").body()).contains("streamgauge_requests_total");
  }

  @Test
  void aFullQueueIsReadyUnlessItWasAskedNotToBe() throws IOException, InterruptedException {
    telemetry.live().watchGate(FULL);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    try (TestProxy strict = TestProxy.before(upstream, "--ready-when-saturated=false")) {
      AdminServer strictAdmin = new AdminServer(strict.server, telemetry);
      InetSocketAddress at = strictAdmin.start(new HostPort("127.0.0.1", 0));
      URI probe = URI.create("http://127.0.0.1:" + at.getPort() + "/readyz");
      HttpRequest request = HttpRequest.newBuilder(probe).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).isEqualTo("saturated\n");
      telemetry.live().watchGate(GateView.NONE);
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      strictAdmin.close();
    }
  }

  @Test
  void manyWhoAskForReadinessAtOnceAreAllAnswered() {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      answers.add(client.sendAsync(request("/readyz"), HttpResponse.BodyHandlers.ofString()));
    }
    assertThat(answers).allSatisfy(each -> assertThat(each.join().statusCode()).isEqualTo(200));
  }

  @Test
  void aDrainIsAnsweredWhenNothingIsInFlight() throws Exception {
    try (Socket caller = proxy.send(raw("GET /"))) {
      TestProxy.await("a request in flight", () -> proxy.server.inFlight() == 1);
      assertThat(get("/status").body()).startsWith("{\"draining\":false,\"in_flight\":1,");
      CompletableFuture<HttpResponse<String>> drained =
          client.sendAsync(request("/drain"), HttpResponse.BodyHandlers.ofString());
      TestProxy.await("a drain", proxy.server::draining);
      assertThat(get("/readyz").body()).isEqualTo("draining\n");
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
      assertThat(drained).isNotDone();
      answerAllowed.countDown();
      assertThat(drained.join().body()).isEqualTo("drained\n");
      assertThat(caller.getInputStream().readAllBytes()).isNotEmpty();
      var _ = proxy.next();
    }
  }

  @Test
  void aDrainCanBeAskedForWithAWaitBeforeIt() throws Exception {
    long askedNanos = System.nanoTime();
    assertThat(get("/drain?after=200ms").body()).isEqualTo("drained\n");
    assertThat(System.nanoTime() - askedNanos).isGreaterThanOrEqualTo(200_000_000);
    assertThat(proxy.server.draining()).isTrue();
    assertThat(get("/drain?after=2h").statusCode()).isEqualTo(400);
    assertThat(get("/drain?after=soon").statusCode()).isEqualTo(400);
  }

  @Test
  void whatIsNotThereOrNotAllowedIsSaid() throws IOException, InterruptedException {
    assertThat(get("/nothing?here").statusCode()).isEqualTo(404);
    HttpRequest post =
        HttpRequest.newBuilder(uri("/metrics"))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    HttpResponse<String> refused = client.send(post, HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("allow")).hasValue("GET, HEAD");
    assertThat(refused.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
    HttpRequest head = HttpRequest.newBuilder(uri("/metrics")).HEAD().build();
    HttpResponse<String> page = client.send(head, HttpResponse.BodyHandlers.ofString());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).isEmpty();
    assertThat(page.headers().firstValueAsLong("content-length").orElse(0)).isGreaterThan(1_000);
  }

  @Test
  void requestsInOneReadAreAnsweredInOrder() throws IOException {
    try (Socket socket = connect()) {
      String two = raw("GET /healthz") + raw("GET /status");
      socket.getOutputStream().write(ScriptedUpstream.ascii(two));
      socket.shutdownOutput();
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers).containsSubsequence("ok\n", "HTTP/1.1 200 OK", "in_flight");
    }
  }

  @Test
  void aProbeGetsInWhereOthersOnlyHoldConnections() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < AdminServer.CONNECTIONS_MAX; i++) {
        idle.add(connect());
        ask(idle.getLast(), raw("GET /healthz"), "ok\n");
      }
      ask(idle.getFirst(), raw("GET /healthz"), "ok\n");
      try (Socket probe = connect()) {
        ask(probe, raw("GET /healthz"), "ok\n");
      }
      assertThat(idle.get(1).getInputStream().read()).as("longest idle").isEqualTo(-1);
      ask(idle.getFirst(), raw("GET /healthz"), "ok\n");
      ask(idle.get(2), raw("GET /healthz"), "ok\n");
    } finally {
      closeAll(idle);
    }
  }

  @Test
  void aConnectionWithARequestInHandIsNeverClosedForAnother() throws Exception {
    List<Socket> busy = new ArrayList<>();
    try (Socket _ = proxy.send(raw("GET /"))) {
      TestProxy.await("a request in flight", () -> proxy.server.inFlight() == 1);
      for (int i = 0; i < AdminServer.CONNECTIONS_MAX; i++) {
        busy.add(connect());
        ask(busy.getLast(), raw("GET /healthz") + raw("GET /drain"), "ok\n");
      }
      try (Socket tooMany = connect()) {
        assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
      }
      answerAllowed.countDown();
      for (Socket each : busy) {
        readUntil(each, "drained\n");
      }
      var _ = proxy.next();
    } finally {
      closeAll(busy);
    }
  }

  private static void ask(Socket socket, String requests, String answerEnd) throws IOException {
    socket.getOutputStream().write(ScriptedUpstream.ascii(requests));
    readUntil(socket, answerEnd);
  }

  private static void readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.lastIndexOf(end) < 0) {
      int next = socket.getInputStream().read();
      assertThat(next).as("after %s", text).isNotNegative();
      text.append((char) next);
    }
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static String raw(String methodAndPath) {
    return methodAndPath + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(uri(path)).build();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  /** Answers once it is allowed to. */
  private ScriptedUpstream hesitant() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          if (ScriptedUpstream.readHead(in).isEmpty()) {
            return;
          }
          try {
            answerAllowed.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          out.write(ScriptedUpstream.ascii("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
        });
  }

  static Telemetry telemetry() {
    return new Telemetry(TelemetrySettings.defaults());
  }
}
