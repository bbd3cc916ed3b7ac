package dev.streamgauge.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import dev.streamgauge.telemetry.PageForm;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedPageTest {
  private static final int HAMMERING = 8;
  private static final int PAGES_EACH = 20;
  private static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  /** The page asks once for the number of dropped lines each time that it is made. */
  private final AtomicInteger made = new AtomicInteger();

  private final Telemetry telemetry =
      new Telemetry(TelemetrySettings.defaults(), made::incrementAndGet);
  private final ScriptedUpstream upstream = new ScriptedUpstream((_, _, _) -> {});
  private final TestProxy proxy = TestProxy.before(upstream);
  private final AdminServer admin = new AdminServer(proxy.server, telemetry);
  private final InetSocketAddress address = admin.start(new HostPort("127.0.0.1", 0));
  private final HttpClient client = HttpClient.newHttpClient();

  SharedPageTest() throws IOException {}

  @AfterEach
  void down() throws IOException {
    admin.close();
    proxy.close();
    upstream.close();
  }

  @Test
  void pagesInARowAreMadeAtOnceUntilTheCreditIsUsed() {
    AtomicLong time = new AtomicLong();
    EmbeddedChannel thread = new EmbeddedChannel();
    thread.freezeTime();
    SharedPage pages = new SharedPage(telemetry, thread.eventLoop(), time::get);
    int credit = (int) (SharedPage.CREDIT_NANOS / SharedPage.LEAST_NANOS);
    for (int i = 0; i < 2 * credit; i++) {
      pages.ask(new Taker(thread));
    }
    assertThat(made.get()).isEqualTo(credit + 1);
    time.addAndGet(SharedPage.LEAST_NANOS);
    thread.advanceTimeBy(SharedPage.LEAST_NANOS, TimeUnit.NANOSECONDS);
    thread.runScheduledPendingTasks();
    assertThat(made.get()).as("one page for all who wait").isEqualTo(credit + 2);
    pages.ask(new Taker(thread));
    assertThat(made.get()).isEqualTo(credit + 2);
    var _ = thread.close();
  }

  @Test
  void whoeverHammersGetsNoMorePagesMadeThanThePaceAllows() {
    long began = System.nanoTime();
    List<CompletableFuture<Void>> hammers = new ArrayList<>();
    for (int i = 0; i < HAMMERING; i++) {
      hammers.add(CompletableFuture.runAsync(this::hammer));
    }
    hammers.forEach(CompletableFuture::join);
    long lasted = System.nanoTime() - began;
    assertThat(made.get())
        .isLessThanOrEqualTo(
            1 + (int) ((SharedPage.CREDIT_NANOS + lasted) / SharedPage.LEAST_NANOS));
    assertThat(made.get()).isLessThan(HAMMERING * PAGES_EACH);
  }

  @Test
  void thePageIsNeverOlderThanTheQuestion() throws Exception {
    for (int i = 1; i <= 5; i++) {
      telemetry.live().upstreamConnections(ConnectionState.IDLE, 1);
      assertThat(get("text/plain", false))
          .contains("streamgauge_upstream_connections{state=\"idle\"} " + i + ".0\n");
    }
    assertThat(made.get()).isEqualTo(5);
  }

  @Test
  void allFormsAtOnceAreAnsweredEachInItsOwn() {
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    List<String> forms = List.of("text/plain", OPEN_METRICS, PROTOBUF);
    for (int i = 0; i < 24; i++) {
      answers.add(send(forms.get(i % 3), i % 2 == 0));
    }
    for (int i = 0; i < 24; i++) {
      HttpResponse<byte[]> answer = answers.get(i).join();
      String format = forms.get(i % 3).replaceFirst(";.*", "");
      assertThat(answer.headers().firstValue("content-type")).get().asString().startsWith(format);
      assertThat(answer.headers().firstValue("content-encoding").isPresent()).isEqualTo(i % 2 == 0);
      assertThat(answer.body().length).isGreaterThan(1_000);
    }
    assertThat(made.get()).isLessThan(24);
  }

  @Test
  void whoLeavesWhileWaitingHoldsUpNobody() throws Exception {
    var _ = get("text/plain", false);
    for (int i = 0; i < 2 * AdminServer.CONNECTIONS_MAX; i++) {
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket
            .getOutputStream()
            .write(ScriptedUpstream.ascii("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
    }
    assertThat(get("text/plain", false)).contains("# TYPE streamgauge_requests_total counter");
  }

  @Test
  void requestsSentAheadGetNoPageEach() throws Exception {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      byte[] many = ScriptedUpstream.ascii("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".repeat(500));
      socket.getOutputStream().write(many);
      TestProxy.await("a page", () -> made.get() > 0);
      assertThat(get("text/plain", false)).isNotEmpty();
    }
    int atOnce = (int) (SharedPage.CREDIT_NANOS / SharedPage.LEAST_NANOS);
    assertThat(made.get()).isLessThan(2 * atOnce);
  }

  @Test
  void whoTakesNoPageIsClosedBeforePagesFillTheMemory() {
    AtomicLong time = new AtomicLong();
    EmbeddedChannel thread = new EmbeddedChannel();
    SharedPage pages = new SharedPage(telemetry, thread.eventLoop(), time::get);
    List<Stuck> readers = new ArrayList<>();
    while (readers.isEmpty() || !readers.getFirst().closed) {
      time.addAndGet(SharedPage.MOST_NANOS);
      readers.add(new Stuck(thread));
      pages.ask(readers.getLast());
      assertThat(held(readers)).isPositive().isLessThanOrEqualTo(SharedPage.HELD_BYTES_MAX);
    }
    assertThat(readers.stream().filter(reader -> reader.closed)).hasSize(1);
    readers.forEach(Stuck::close);
    assertThat(readers).allSatisfy(reader -> assertThat(reader.page().refCnt()).isZero());
    var _ = thread.close();
  }

  private static int held(List<Stuck> readers) {
    return readers.stream()
        .filter(reader -> !reader.closed)
        .mapToInt(reader -> reader.page().readableBytes())
        .sum();
  }

  /** Takes its page at once. */
  private record Taker(EmbeddedChannel channel) implements SharedPage.Reader {
    @Override
    public PageForm form() {
      return new PageForm(PageForm.Format.TEXT, false);
    }

    @Override
    public ChannelFuture page(ByteBuf page, String contentType) {
      page.release();
      return channel.newSucceededFuture();
    }

    @Override
    public void failed() {
      throw new AssertionError("a page can be made");
    }

    @Override
    public void close() {
      throw new AssertionError("it took its page");
    }
  }

  /** Gets a page and never takes it. */
  private static final class Stuck implements SharedPage.Reader {
    private final EmbeddedChannel channel;
    private @Nullable ByteBuf page;
    private @Nullable ChannelPromise taken;
    private boolean closed;

    private Stuck(EmbeddedChannel channel) {
      this.channel = channel;
    }

    private ByteBuf page() {
      return Objects.requireNonNull(page);
    }

    @Override
    public PageForm form() {
      return new PageForm(PageForm.Format.TEXT, false);
    }

    @Override
    public ChannelFuture page(ByteBuf got, String contentType) {
      page = got;
      taken = channel.newPromise();
      return taken;
    }

    @Override
    public void failed() {
      throw new AssertionError("a page can be made");
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        page().release();
        Objects.requireNonNull(taken).setFailure(new ClosedChannelException());
      }
    }
  }

  private void hammer() {
    for (int i = 0; i < PAGES_EACH; i++) {
      assertThat(send("text/plain", false).join().statusCode()).isEqualTo(200);
    }
  }

  private String get(String accept, boolean gzip) {
    return new String(send(accept, gzip).join().body(), UTF_8);
  }

  private CompletableFuture<HttpResponse<byte[]>> send(String accept, boolean gzip) {
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + "/metrics");
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", accept);
    if (gzip) {
      request.header("Accept-Encoding", "gzip");
    }
    return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
