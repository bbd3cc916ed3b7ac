package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final Environment EMPTY = new Environment(Map.of(), 2);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(program("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("  proxy ").contains("  config ");
    assertThat(program("--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("streamgauge dev");
    assertThat(err.size()).isZero();
  }

  @Test
  void eachCommandHasHelp() {
    for (Command command : Commands.all()) {
      assertThat(program(command.name(), "--help")).as(command.name()).isZero();
    }
    assertThat(err.size()).isZero();
  }

  @Test
  void anUnknownCommandOrNoneIsWrongUse() {
    assertThat(program("frobnicate")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("frobnicate").hasLineCount(1);
    assertThat(program()).isEqualTo(2);
    assertThat(out.size()).isZero();
  }

  @Test
  void configPrintsEachValueWithItsSource() {
    Environment environment = new Environment(Map.of("STREAMGAUGE_MAX_MODELS", "7"), 2);

    assertThat(run(new ConfigCommand(environment), "--via=gw")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("maxModels: 7 +# in the environment\n")
        .containsPattern("via: gw +# on the command line\n")
        .containsPattern("maxHeaders: 200 +# by default\n");
  }

  @Test
  void wrongSettingsEndEachCommandThatReadsThem() {
    for (Command command :
        List.of(
            new ProxyCommand(EMPTY, _ -> new FakeProxy()),
            new ConfigCommand(EMPTY),
            new HealthCommand(EMPTY))) {
      err.reset();
      assertThat(run(command, "--max-models=0", "--nothing")).isEqualTo(2);
      assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(2);
    }
  }

  @Test
  void aServerThatCannotStartIsOneLineAndWrongUse() {
    ProxyCommand command =
        new ProxyCommand(
            EMPTY,
            _ -> {
              throw new IOException("--listen: 0.0.0.0:8080 is in use (expected: a free address)");
            });

    assertThat(run(command)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains("is in use");
  }

  @Test
  void aPortInUseIsSaidWithItsSourceAndLeavesNoListenerOpen() throws IOException {
    int free = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      ProxyCommand proxy = new ProxyCommand(EMPTY, ProxyWiring.START);
      assertThat(run(proxy, "--listen=127.0.0.1:" + free, "--admin=" + address)).isEqualTo(2);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .isEqualToNormalizingNewlines(
              "streamgauge: --admin: \""
                  + address
                  + "\" on the command line (expected: a free address of this machine;"
                  + " this one is in use)\n");
    }
    new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void aLogThatCannotBeOpenedIsSaidWithItsSource(@TempDir Path folder) {
    Path nowhere = folder.resolve("none").resolve("access.jsonl");
    Environment environment =
        new Environment(Map.of("STREAMGAUGE_ACCESS_LOG", "file:" + nowhere), 2);
    ProxyCommand proxy = new ProxyCommand(environment, ProxyWiring.START);
    assertThat(run(proxy, "--listen=127.0.0.1:0", "--admin=127.0.0.1:0")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            "streamgauge: STREAMGAUGE_ACCESS_LOG: \"file:"
                + nowhere
                + "\" in the environment (expected: a file that can be appended to;"
                + " no such file or folder)\n");
  }

  @Test
  void aCertificateThatCannotBeUsedIsSaidWithItsSource(@TempDir Path folder) {
    Path nowhere = folder.resolve("none.pem");
    Environment environment =
        new Environment(
            Map.of("STREAMGAUGE_TLS_CERT", nowhere.toString(), "STREAMGAUGE_TLS_KEY", "k"), 2);
    ProxyCommand proxy = new ProxyCommand(environment, ProxyWiring.START);
    assertThat(run(proxy, "--listen=127.0.0.1:0", "--admin=127.0.0.1:0")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines(
            "streamgauge: STREAMGAUGE_TLS_CERT: \""
                + nowhere
                + "\" in the environment (expected: another file; of this one: there is no such"
                + " file)\n");
  }

  @Test
  void healthIsOneWhereNobodyListens() throws IOException {
    assertThat(run(new HealthCommand(EMPTY), "--admin=0.0.0.0:" + freePort())).isEqualTo(1);
  }

  @Test
  void theReferencePagesAreCurrent() throws IOException {
    for (Map.Entry<String, String> page : ReferencePages.all().entrySet()) {
      Path path = Path.of("../docs/reference", page.getKey());
      assertThat(Files.exists(path) ? Files.readString(path) : "")
          .as(path + ": write it anew with ./build docs")
          .isEqualTo(page.getValue());
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket closedSoon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return closedSoon.getLocalPort();
    }
  }

  private int program(String... args) {
    return Main.run(List.of(args), stream(out), stream(err));
  }

  private int run(Command command, String... args) {
    return command.run(List.of(args), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static final class FakeProxy implements RunningProxy {
    @Override
    public List<String> listenAddresses() {
      return List.of("127.0.0.1:1");
    }

    @Override
    public String adminAddress() {
      return "127.0.0.1:2";
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public void drainAndStop(String why) {}
  }
}
