package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.Settings;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.EngineBoard.Scrape;
import dev.streamgauge.telemetry.engine.Figure;
import dev.streamgauge.telemetry.engine.PageLimits;
import dev.streamgauge.timeline.Ticker;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineScraperTest {
  private static final String PAGE = "tgi_queue_size 4\n";
  private static final String GOOD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: "
          + PAGE.length()
          + "\r\n\r\n"
          + PAGE;

  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
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
  void thePageIsReadAgainAndAgainAndSaidOnce() throws IOException {
    try (ScriptedUpstream server = answering(GOOD)) {
      scrape(server, "--engine", "tgi", "--engine-metrics-interval", "100ms");
      TestProxy.await("three looks", () -> board.scrapes(Scrape.OK) >= 3);
      assertThat(Objects.requireNonNull(board.fresh()).figures().value(Figure.WAITING))
          .isEqualTo(4);
      assertThat(log)
          .containsExactly(
              "streamgauge: engine metrics: tgi, read at http://127.0.0.1:"
                  + server.port()
                  + "/metrics");
      assertThat(asked.peek())
          .startsWith("GET /metrics HTTP/1.1\r\n")
          .containsIgnoringCase("accept: application/vnd.google.protobuf");
    }
  }

  @Test
  void theNextPlaceIsAskedWhereThereIsNoPage() throws IOException {
    try (ScriptedUpstream server =
        new ScriptedUpstream(
            (in, out, _) -> {
              String head = ScriptedUpstream.readHead(in);
              boolean right = head.startsWith("GET /prometheus/metrics");
              out.write(
                  ScriptedUpstream.ascii(
                      right ? GOOD : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
            })) {
      scrape(server, "--engine", "generic");
      TestProxy.await("a page", () -> board.fresh() != null);
      assertThat(board.scrapes(Scrape.STATUS)).isEqualTo(1);
    }
  }

  @Test
  void eachWayToFailHasItsCountAndEndsTheLook() throws IOException {
    failsWith(Scrape.STATUS, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
    failsWith(
        Scrape.UNREADABLE,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno");
    failsWith(
        Scrape.TOO_LARGE,
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + "x".repeat(70_000));
    failsWith(Scrape.TIMEOUT, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nxx");
    failsWith(Scrape.UNREACHABLE, "");
  }

  @Test
  void aServerThatIsNotThereIsSaidOnceAndNoFigureStays() throws IOException {
    int port;
    try (ScriptedUpstream server = answering(GOOD)) {
      port = server.port();
    }
    scrape("http://127.0.0.1:" + port, "--engine", "vllm");
    TestProxy.await("a look", () -> board.scrapes(Scrape.UNREACHABLE) >= 1);
    TestProxy.await("a line", () -> !log.isEmpty());
    assertThat(log)
        .containsExactly(
            "streamgauge: engine metrics: none at http://127.0.0.1:"
                + port
                + "/metrics (connection refused); what can be told without it is computed");
    assertThat(board.fresh()).isNull();
  }

  private void failsWith(Scrape why, String answer) throws IOException {
    long before = board.scrapes(why);
    try (ScriptedUpstream server = answering(answer)) {
      scrape(
          server,
          "--engine",
          "generic",
          "--engine-metrics-timeout",
          why == Scrape.TIMEOUT ? "200ms" : "10s",
          "--engine-metrics-max-bytes",
          "64KiB");
      TestProxy.await(why.label(), () -> board.scrapes(why) > before);
      TestProxy.await("no connection left", () -> server.open.get() == 0);
    }
  }

  /** Answers one request and closes, or waits where the answer is not whole. */
  private ScriptedUpstream answering(String bytes) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          asked.add(ScriptedUpstream.readHead(in));
          out.write(ScriptedUpstream.ascii(bytes));
          out.flush();
          if (!bytes.isEmpty()) {
            var _ = in.read();
          }
        });
  }

  private void scrape(ScriptedUpstream server, String... options) throws IOException {
    scrape("http://127.0.0.1:" + server.port(), options);
  }

  private void scrape(String upstream, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--upstream", upstream));
    all.addAll(List.of(options));
    ProxySettings settings =
        ((Settings.Loaded) Settings.load(all, new Environment(Map.of(), 1))).proxy();
    try (FileWatch watch = new FileWatch(settings.tls().reloadInterval(), log::add)) {
      EngineScraper scraper =
          new EngineScraper(
              settings.engine(),
              EngineScraper.targets(settings, Transport.best(), watch),
              board,
              group.next(),
              Ticker.system(),
              log::add);
      scrapers.add(scraper);
      scraper.start();
    }
  }
}
