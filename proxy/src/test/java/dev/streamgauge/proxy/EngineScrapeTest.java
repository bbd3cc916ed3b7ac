package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.telemetry.engine.Engine;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.EngineBoard.Scrape;
import dev.streamgauge.telemetry.engine.Figure;
import dev.streamgauge.telemetry.engine.PageLimits;
import dev.streamgauge.timeline.Ticker;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the page is got: over TLS and Unix sockets, and from servers that do not behave. */
@Timeout(60)
class EngineScrapeTest {
  private static final String PAGE = "llamacpp:requests_deferred 4\n";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
  private static final String GOOD = HEAD + "Content-Length: " + PAGE.length() + "\r\n\r\n" + PAGE;

  @TempDir private Path folder;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final List<EngineScraper> scrapers = new ArrayList<>();
  private final MultiThreadIoEventLoopGroup group = Transport.best().group(1, "admin");
  private final EngineBoard board =
      new EngineBoard(null, PageLimits.defaults(), Ticker.system(), TimeUnit.SECONDS.toNanos(60));

  @AfterEach
  void down() {
    scrapers.forEach(EngineScraper::close);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void overTlsThePageIsReadFromWhomTheAuthoritySigned() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    try (ScriptedUpstream server = secure(certificates)) {
      scrape(
          "https://127.0.0.1:" + server.port(),
          "--engine",
          "llamacpp",
          "--upstream-tls-ca",
          certificates.authorityFile().toString());
      awaitPage();
    }
  }

  @Test
  void anEngineElsewhereIsTrustedAsTheUpstreamIs() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    try (ScriptedUpstream server = secure(certificates)) {
      scrape(
          "http://127.0.0.1:1",
          "--engine-metrics",
          "https://127.0.0.1:" + server.port() + "/metrics",
          "--upstream-tls-ca",
          certificates.authorityFile().toString());
      awaitPage();
    }
  }

  @Test
  void whoseCertificateNobodySignedIsNotAskedForItsPage() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    try (ScriptedUpstream server = secure(certificates)) {
      scrape("https://127.0.0.1:" + server.port(), "--engine", "llamacpp");
      TestProxy.await("a refusal", () -> board.scrapes(Scrape.UNREACHABLE) > 0 && !log.isEmpty());
      assertThat(log.peek()).contains("none at https://127.0.0.1:").contains("certificate");
      assertThat(board.fresh()).isNull();
    }
  }

  @Test
  void aNameThatTheCertificateHasNotIsRefused() throws Exception {
    TestCertificates certificates = new TestCertificates(folder);
    try (ScriptedUpstream server = secure(certificates)) {
      scrape(
          "https://127.0.0.1:" + server.port(),
          "--engine",
          "llamacpp",
          "--upstream-tls-name",
          "other.example",
          "--upstream-tls-ca",
          certificates.authorityFile().toString());
      TestProxy.await("a refusal", () -> board.scrapes(Scrape.UNREACHABLE) > 0 && !log.isEmpty());
      assertThat(log.peek()).contains("the certificate is for another name");
    }
  }

  @Test
  void aPageMayBeBehindAUnixSocket() throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Thread.ofPlatform().daemon().start(() -> serve(server));
      scrape("unix:" + path, "--engine", "llamacpp");
      awaitPage();
      assertThat(log).containsExactly(line("llamacpp, read at unix:" + path + "/metrics"));
    }
  }

  private static void serve(ServerSocketChannel server) {
    try (SocketChannel channel = server.accept();
        OutputStream out = Channels.newOutputStream(channel)) {
      String head = readHead(Channels.newInputStream(channel));
      assertThat(head).contains("host: localhost\r\n");
      out.write(ascii(GOOD));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aUnixSocketThatIsNotThereIsSaid() throws Exception {
    scrape("unix:" + folder.resolve("none"), "--engine", "vllm");
    TestProxy.await("a line", () -> !log.isEmpty());
    assertThat(log.peek()).contains("no such socket");
  }

  /** A body may end with its connection, be in chunks, and follow an interim answer. */
  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.0 200 OK\\r\\n\\r\\n%s'",
    "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1d\\r\\n%s\\r\\n0\\r\\n\\r\\n'",
    "'HTTP/1.1 103 Early Hints\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 29\\r\\n\\r\\n%s'"
  })
  void eachFormOfAnAnswerIsRead(String answer) throws Exception {
    String bytes = answer.replace("\\r", "\r").replace("\\n", "\n").formatted(PAGE);
    try (ScriptedUpstream server =
        new ScriptedUpstream(
            (in, out, _) -> {
              var _ = readHead(in);
              out.write(ascii(bytes));
            })) {
      scrape(server, "--engine", "llamacpp");
      awaitPage();
    }
  }

  @Test
  void aPageWithoutEndIsTooLargeAndTheConnectionIsClosed() throws Exception {
    ScriptedUpstream.Script endless =
        (in, out, _) -> {
          var _ = readHead(in);
          out.write(ascii(HEAD + "Transfer-Encoding: chunked\r\n\r\n"));
          byte[] chunk = ascii("1000\r\n" + "x".repeat(0x1000) + "\r\n");
          for (int i = 0; i < 100_000; i++) {
            out.write(chunk); // until the other side has closed
          }
        };
    fails(Scrape.TOO_LARGE, endless, "10s", "--engine-metrics-max-bytes", "64KiB");
  }

  /** Each byte comes in time, all of them never. */
  @Test
  void aPageThatDripsEndsWithTheWholeWait() throws Exception {
    ScriptedUpstream.Script dripping =
        (in, out, socket) -> {
          var _ = readHead(in);
          out.write(ascii(HEAD + "Content-Length: 1000\r\n\r\n"));
          socket.setSoTimeout(20);
          while (true) {
            out.write('x');
            out.flush();
            if (ended(in)) {
              return;
            }
          }
        };
    fails(Scrape.TIMEOUT, dripping, "300ms");
  }

  /** Waits for a moment, or for the end. */
  private static boolean ended(InputStream in) throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  @Test
  void aServerThatSaysNothingEndsWithTheWait() throws Exception {
    fails(
        Scrape.TIMEOUT, (in, _, _) -> assertThat(readHead(in) + in.read()).endsWith("-1"), "200ms");
  }

  @Test
  void aHeadWithoutEndIsNoAnswer() throws Exception {
    ScriptedUpstream.Script endless =
        (in, out, _) -> {
          var _ = readHead(in);
          out.write(ascii("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000)));
          var _ = in.read();
        };
    fails(Scrape.UNREADABLE, endless, "10s");
  }

  @ParameterizedTest
  @CsvSource({
    "STATUS, 'HTTP/1.1 302 Found\\r\\nLocation: /elsewhere\\r\\nContent-Length: 0\\r\\n\\r\\n'",
    "STATUS, 'HTTP/1.1 401 Unauthorized\\r\\nContent-Length: 0\\r\\n\\r\\n'",
    "UNREADABLE, 'HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: 2\\r\\n\\r\\n[]'",
    "UNREADABLE, 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\n<!DOCTYPE'",
    "UNREADABLE, 'SSH-2.0-OpenSSH_9.6\\r\\n\\r\\n'",
    "UNREACHABLE, 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\na 1'"
  })
  void whatIsNoPageIsNone(Scrape why, String answer) throws Exception {
    String bytes = answer.replace("\\r", "\r").replace("\\n", "\n");
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          var _ = readHead(in);
          out.write(ascii(bytes));
        };
    fails(why, script, "10s");
  }

  @Test
  void whereNothingIsThePauseGrowsUpToHalfAMinute() {
    long second = TimeUnit.SECONDS.toNanos(1);
    assertThat(List.of(0, 1, 2, 3, 4, 5, 6, 60))
        .extracting(misses -> EngineScraper.pauseNanos(5 * second, misses) / second)
        .containsExactly(5L, 5L, 10L, 20L, 30L, 30L, 30L, 30L);
    assertThat(EngineScraper.pauseNanos(3_600 * second, 60)).isEqualTo(3_600 * second);
  }

  @Test
  void anEngineThatIsAnotherThanNamedIsSaid() throws Exception {
    EngineBoard vllm =
        new EngineBoard(Engine.VLLM, PageLimits.defaults(), Ticker.system(), 60_000_000_000L);
    try (ScriptedUpstream server = ScriptedUpstream.answering(GOOD)) {
      scrape(vllm, "http://127.0.0.1:" + server.port(), "--engine", "vllm");
      TestProxy.await("a line", () -> !log.isEmpty());
      assertThat(log.peek())
          .contains("vllm (the page has none of the figures that are known of it), read at");
    }
  }

  private void fails(Scrape why, ScriptedUpstream.Script script, String timeout, String... more)
      throws IOException {
    try (ScriptedUpstream server = new ScriptedUpstream(script)) {
      List<String> options = new ArrayList<>(List.of(more));
      options.addAll(List.of("--engine", "vllm", "--engine-metrics-timeout", timeout));
      scrape(server, options.toArray(new String[0]));
      TestProxy.await(why.label(), () -> board.scrapes(why) > 0);
      TestProxy.await("no connection left", () -> server.open.get() == 0);
      assertThat(board.fresh()).isNull();
    }
  }

  private static ScriptedUpstream secure(TestCertificates certificates) throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          if (!readHead(in).isEmpty()) {
            out.write(ascii(GOOD));
          }
        };
    return new ScriptedUpstream(
        TestCertificates.served(certificates.context(certificates.issue("engine")), script));
  }

  private void awaitPage() {
    TestProxy.await("a page", () -> board.fresh() != null);
    assertThat(Objects.requireNonNull(board.fresh()).figures().value(Figure.WAITING)).isEqualTo(4);
    TestProxy.await("a line", () -> !log.isEmpty());
  }

  private static String line(String state) {
    return "streamgauge: engine metrics: " + state;
  }

  private void scrape(ScriptedUpstream server, String... options) throws IOException {
    scrape("http://127.0.0.1:" + server.port(), options);
  }

  private void scrape(String upstream, String... options) throws IOException {
    scrape(board, upstream, options);
  }

  private void scrape(EngineBoard to, String upstream, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--upstream", upstream));
    all.addAll(List.of(options));
    ProxySettings settings =
        ((Settings.Loaded) Settings.load(all, new Environment(Map.of(), 1))).proxy();
    try (FileWatch watch = new FileWatch(settings.tls().reloadInterval(), log::add)) {
      EngineScraper scraper =
          new EngineScraper(
              settings.engine(),
              EngineScraper.targets(settings, Transport.best(), watch),
              to,
              group.next(),
              Ticker.system(),
              log::add);
      scrapers.add(scraper);
      scraper.start();
    }
  }
}
