package dev.streamgauge.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.Environment;
import dev.streamgauge.config.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SimulateCommandTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void anAddressInUseIsOneLineAndWrongUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(run("--listen", "127.0.0.1:" + taken.getLocalPort())).isEqualTo(2);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .startsWith("streamgauge: --listen: \"127.0.0.1:")
        .contains(
            "on the command line (expected: a free address of this machine; this one is in use)");
  }

  @Test
  void everythingWrongIsSaidAtOnce() {
    assertThat(run("--ttft=soon", "--fault=nothing=1", "--style=x", "--nonsense")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(4);
  }

  @Test
  void faultsCannotBeMoreThanAll() {
    assertThat(run("--fault=cut=0.6", "--fault=reset=0.6")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).hasLineCount(1).contains("--fault");
  }

  @Test
  void optionsComeFromAllPlacesAndTheCommandLineWins(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("simulate.yaml");
    Files.writeString(
        file,
        """
        itl: 3ms
        ttft: 1s
        tokensPerChunk: 2
        fault: [cut=0.1, reset=0.2]
        tools: true
        """);
    Environment environment =
        new Environment(
            Map.of("STREAMGAUGE_TTFT", "2s", "STREAMGAUGE_UPSTREAM", "http://elsewhere:1"), 2);

    Reading reading =
        SimulateOptions.ALL.read(List.of("--config", file.toString(), "--itl=4ms"), environment);

    assertThat(reading.problems()).isEmpty();
    SimulatorSettings settings = SimulateOptions.settings(reading);
    assertThat(settings.itl()).isEqualTo(Distribution.fixed(Duration.ofMillis(4)));
    assertThat(settings.ttft()).isEqualTo(Distribution.fixed(Duration.ofSeconds(2)));
    assertThat(settings.tokensPerChunk()).isEqualTo(Distribution.fixed(2));
    assertThat(settings.faults())
        .containsOnly(Map.entry(Fault.CUT, 0.1), Map.entry(Fault.RESET, 0.2));
    assertThat(settings.tools()).isTrue();
  }

  @Test
  void theDefaultsOfTheOptionsAreThoseOfTheSettings() {
    Reading reading = SimulateOptions.ALL.read(List.of("--listen=127.0.0.1:0"));
    assertThat(SimulateOptions.settings(reading)).isEqualTo(SimulatorSettings.defaults());
  }

  private int run(String... args) {
    PrintStream out = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new SimulateCommand(new Environment(Map.of(), 1)).run(List.of(args), out, out);
  }
}
