package dev.streamgauge.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the launcher makes of its words: a Java that only prints its own stands in for the real. */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("../bin/streamgauge");
  private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

  @TempDir private Path root;

  @BeforeEach
  void install() throws IOException {
    Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("app"));
    Files.createFile(root.resolve("app/streamgauge.jar"));
    Files.copy(LAUNCHER, root.resolve("bin/streamgauge"));
    Path java = Files.writeString(root.resolve("java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    assertThat(root.resolve("bin/streamgauge").toFile().setExecutable(true)).isTrue();
  }

  private List<String> launched(Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("bin/streamgauge").toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("STREAMGAUGE_"));
    builder.environment().put("STREAMGAUGE_JAVA", root.resolve("java").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }

  @Test
  void aProxyIsLeanUnlessItIsAskedOtherwise() throws Exception {
    assertThat(launched(Map.of(), "proxy", "--max-models", "3"))
        .contains(ONE_COMPILER, "-XX:+UseSerialGC")
        .endsWith("proxy", "--max-models", "3");
    assertThat(launched(Map.of("STREAMGAUGE_PROFILE", "lean"), "proxy")).contains(ONE_COMPILER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--profile=throughput", "--profile throughput"})
  void theProfileIsFoundAmongTheWords(String words) throws Exception {
    String[] all = ("proxy --listen 0.0.0.0:1 " + words + " --max-models 3").split(" ", -1);
    assertThat(launched(Map.of(), all)).doesNotContain(ONE_COMPILER).endsWith("--max-models", "3");
    assertThat(launched(Map.of("STREAMGAUGE_PROFILE", "lean"), all)).doesNotContain(ONE_COMPILER);
  }

  @Test
  void theProfileIsFoundInTheEnvironment() throws Exception {
    Map<String, String> environment = Map.of("STREAMGAUGE_PROFILE", "throughput");
    assertThat(launched(environment, "proxy")).doesNotContain(ONE_COMPILER);
    assertThat(launched(environment, "proxy", "--profile=lean")).contains(ONE_COMPILER);
  }

  @Test
  void wordsReachTheProgramAsTheyWere() throws Exception {
    assertThat(launched(Map.of(), "proxy", "--observe", "sampled 0.1", "--via=a  b", "*"))
        .endsWith("proxy", "--observe", "sampled 0.1", "--via=a  b", "*");
  }

  @Test
  void heapAndBuffersAreBounded() throws Exception {
    assertThat(launched(Map.of(), "proxy"))
        .anyMatch(flag -> flag.matches("-Xmx[0-9]+m"))
        .anyMatch(flag -> flag.matches("-XX:MaxDirectMemorySize=[0-9]+m"));
  }
}
