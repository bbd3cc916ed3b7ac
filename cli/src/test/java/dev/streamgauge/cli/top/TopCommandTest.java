package dev.streamgauge.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.streamgauge.config.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopCommandTest {
  private static final String EVENTS =
      """
      event: hello
      data: {"version":"1.2","upstream":"http://127.0.0.1:8000","line":["id","phase","operation",\
      "model","received","admitted","first_token","last_token","tokens","stalls","ended","outcome"],\
      "columns":["requests","ok","in_flight","queue","tokens_per_second","ttft_p50","ttft_p99"]}

      event: history
      data: {"first":0,"rows":[[1,1,0,0,0,null,null],[7,5,2.5,1,123.4,50,900]]}

      event: summary
      data: {"t":9000,"requests":10,"outcomes":{"ok":8,"upstream_error":2},"percentiles":\
      {"ttft":{"count":8,"p50_ms":50.2,"p95_ms":900,"p99_ms":1500},"itl":{"count":0},\
      "gap":{"count":8,"p50_ms":20},"queue_wait":{"count":0}},"slo":[{"name":"chat",\
      "target":"ttft < 500ms","requests":{"met":3,"ttft":1}}],"gpus":[],\
      "absent":[{"what":"gpu","why":"no GPU here"}],"upstream":{"accepts":false}}

      event: snapshot
      data: {"t":10000,"draining":false,"in_flight":{"queued":1,"prefill":0,"generating":1},\
      "limit":4,"lines":[[1,"queued","chat",null,9500,null,null,null,0,0,null,null],\
      [2,"generating","chat",0,1000,1000,2000,9800,79,1,null,null],\
      [3,"generating","chat",0,1000,1000,2000,9800,79,1,9900,"ok"]],"left_out":5,\
      "models":["lla\\u001b[31mma"]}

      event: row
      data: {"n":2,"row":[7,5,2.5,1,123.4,50,900]}

      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  TopCommandTest() throws IOException {
    server.createContext(
        "/api/live",
        exchange -> {
          String word = exchange.getRequestHeaders().getFirst("Authorization");
          byte[] body =
              ("Bearer secret".equals(word) ? EVENTS : "a token is needed\n")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders("Bearer secret".equals(word) ? 200 : 401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void down() {
    server.stop(0);
  }

  private int top(String... args) {
    return new TopCommand(new Environment(Map.of(), 1))
        .run(List.of(args), new PrintStream(out), new PrintStream(err));
  }

  private String url() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void onceItIsPrintedWholeAndWithoutAnythingThatMovesTheCursor(@TempDir Path folder)
      throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "secret\n");
    assertThat(top(url(), "--once", "--token-file", token.toString())).isZero();
    String table = out.toString(StandardCharsets.UTF_8);
    assertThat(table)
        .contains("in flight 2: queued 1, prefill 0, generating 1; at most 4   tokens/s 123")
        .contains("! the model server does not accept connections")
        .containsPattern("TTFT +50 ms +900 ms +1.5 s  ok +8 +80.0 %")
        .contains("target chat (ttft < 500ms): 75.0 % of 4")
        .contains("GPU: no GPU here")
        .containsPattern("9.0 s  generating chat +1.0 s +79 +10 +200 ms\\*  lla\\?\\[31mma\n")
        .containsPattern("500 ms  queued +chat +- +0 +- +-  -\n")
        .contains("... and 5 more");
    assertThat(table).matches("[\\n -~]*");
    assertThat(table.lines()).noneMatch(line -> line.contains("ITL"));
  }

  @Test
  void whereNoTerminalIsALineIsPrintedForEachRow(@TempDir Path folder) throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "secret");
    assertThat(top(url(), "--token-file", token.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .hasLineCount(2)
        .containsPattern("2.5 +1 +123 +50 ms +900 ms +7 +2\n");
  }

  @Test
  void whatTheProxyAnswersInsteadIsSaid() {
    assertThat(top(url(), "--once")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("streamgauge: http://" + url() + "/api/live: status 401: a token is needed\n");
  }

  @Test
  void whereNobodyListensItEndsWithOneLine() {
    server.stop(0);
    assertThat(top(url(), "--once")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains(url())
        .contains("no connection");
  }

  @Test
  void aPeerThatSaysNothingIsGivenUp() throws IOException, InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    server.createContext(
        "/silent/api/live",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write("event: hello\ndata: {}\n\n".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          awaitQuietly(end);
          exchange.close();
        });
    URI address = URI.create("http://" + url() + "/silent/api/live");
    LiveFeed.Place place = new LiveFeed.Place(address, null, null);
    try (LiveFeed feed = LiveFeed.open(place, Duration.ofSeconds(1))) {
      assertThat(feed.next()).isNotNull();
      assertThatThrownBy(feed::next).hasMessage("nothing came for 1 s");
    } finally {
      end.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsNoLivePageIsSaid() {
    server.createContext(
        "/other/api/live",
        exchange -> {
          byte[] body = "event: hello\ndata: {bad\n\n".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    assertThat(top(url() + "/other", "--once")).isEqualTo(1);
    assertThat(err.toString(UTF_8)).isEqualTo("streamgauge: what came is not the live page's\n");
  }

  @Test
  void aUrlIsNeededAndHasToBeOne() {
    assertThat(top()).isEqualTo(2);
    assertThat(top("ftp://x")).isEqualTo(2);
    assertThat(top("a", "b")).isEqualTo(2);
    assertThat(top(url(), "--token-file", "/nonexistent")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(4).contains("URL: missing");
  }

  @Test
  void thePathOfAGatewayInFrontIsKept() {
    assertThat(TopCommand.address("127.0.0.1:9464")).hasToString("http://127.0.0.1:9464/api/live");
    assertThat(TopCommand.address("https://host/pod-1/"))
        .hasToString("https://host/pod-1/api/live");
    assertThat(TopCommand.address("http://host/api/live")).hasToString("http://host/api/live");
  }

  @Test
  void noLineIsLongerThanTheTerminalAndNoTableHigher() throws IOException {
    TopState state = new TopState();
    for (String each : EVENTS.split("\n\n", -1)) {
      String[] lines = each.split("\ndata: ", 2);
      if (lines.length == 2) {
        state.add(LiveFeed.event(lines[0].substring("event: ".length()), lines[1]));
      }
    }
    for (int width : new int[] {20, 80, 200}) {
      List<String> table = TopTable.of(state, "", width, 14);
      assertThat(table).allMatch(line -> line.length() <= width);
    }
    assertThat(TopTable.of(state, "", 80, 16).size()).isLessThanOrEqualTo(16);
  }
}
