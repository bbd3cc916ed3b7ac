package dev.streamgauge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The harness itself, without a target: a few seconds. */
class AllBenchTest {
  @TempDir private Path root = Path.of("");

  @Test
  void measurementsWorkWithoutPeersAndEndAsOnePageAndJson() throws IOException {
    int code =
        Bench.commandLine()
            .execute(
                "all",
                "--quick",
                "--only",
                "unary,body",
                "--targets",
                "direct,nginx",
                "--peers",
                root.resolve("none").toString(),
                "--load-cpu",
                "-1",
                "--root",
                root.toString());
    assertThat(code).isZero();
    Path results = root.resolve("bench/target/results");
    String page = Files.readString(results.resolve("index.html"));
    assertThat(page).contains("<h2>Unary requests</h2>", "<h2>Large bodies</h2>", "Processor");
    assertThat(page).contains("bench/peers.sh installs it");
    assertThat(Files.readString(results.resolve("unary.json"))).contains("\"added_delay_p99_us\"");
    assertThat(Files.readString(results.resolve("body.json"))).contains("\"up_mib_per_second\"");
  }

  @Test
  void everyMeasurementHasHelp() {
    CommandLine bench = Bench.commandLine();
    bench
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty());
  }
}
