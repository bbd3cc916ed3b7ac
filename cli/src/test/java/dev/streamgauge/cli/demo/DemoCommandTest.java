package dev.streamgauge.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DemoCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void itEndsAfterItsDurationWithMeasuredRequests() {
    assertThat(run("--duration=3s", "--interval=1s", "--rate=20")).isZero();

    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines.getFirst())
        .containsPattern("proxy http://127.0.0.1:[1-9][0-9]*/v1/models")
        .containsPattern("metrics http://127.0.0.1:[1-9][0-9]*/metrics");
    assertThat(lines.get(2)).contains("requests", "in flight", "TTFT p50", "ITL p50", "tokens/s");
    assertThat(lines.getLast())
        .matches(
            "all +[1-9][0-9]* +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ ms +[0-9.]+ ms +[1-9][0-9]* .*");
    // nothing but addresses and table: no line of the access log
    assertThat(lines.subList(3, lines.size() - 1)).allMatch(line -> line.matches(" ?[0-9]+ s .*"));
    assertThat(err.size()).isZero();
  }

  @Test
  void anAddressInUseIsOneLineAndWrongUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run("--listen", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(2);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .startsWith("streamgauge: --listen: \"127.0.0.1:")
        .contains("on the command line (expected: a free address of this machine");
    assertThat(out.size()).isZero();
  }

  @Test
  void oneAddressCannotBeBothItsOwnAndTheMetrics() {
    assertThat(run("--listen=127.0.0.1:9000", "--admin=127.0.0.1:9000")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("--admin: ", "another address than --listen");
  }

  @Test
  void aTerminalIsDrawnOver() {
    Screen screen = new Screen.Redrawn(stream(out));
    for (int i = 0; i < 2; i++) {
      screen.show("1 s", new Figures(), new Figures(), new Figures(), 3);
    }
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).containsOnlyOnce("\u001b[4A\u001b[J").hasLineCount(8);
  }

  @Test
  void whatIsNotKnownIsADash() {
    assertThat(Table.line("1 s", new Figures(), 0)).matches("1 s +0 +0 +- +- +- +- +0 +-");
  }

  @Test
  void bucketsKeepPercentilesWithinThreePercent() {
    Buckets buckets = new Buckets();
    assertThat(buckets.quantileSeconds(0.5)).isNull();
    for (int millis = 1; millis <= 1000; millis++) {
      buckets.add(millis * 1_000_000L);
    }
    assertThat(buckets.quantileSeconds(0.5)).isBetween(0.485, 0.515);
    assertThat(buckets.quantileSeconds(0.99)).isBetween(0.960, 1.020);
    buckets.add(0);
    assertThat(buckets.quantileSeconds(0)).isZero();
  }

  private int run(String... args) {
    return new DemoCommand(new Environment(Map.of(), 1))
        .run(List.of(args), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
