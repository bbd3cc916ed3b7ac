package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole proxy loads from its start to its end, a request and a scrape between. */
@Timeout(120)
class LoadedClassesTest {
  private static final Pattern PORTS =
      Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+);.* admin 127\\.0\\.0\\.1:(\\d+)");

  @TempDir private Path folder;

  @Test
  void whereNothingIsSentNoClassOfOpenTelemetryIsLoaded() throws Exception {
    List<String> loaded = loaded();
    assertThat(loaded).anyMatch(line -> line.contains(" dev.streamgauge.proxy."));
    assertThat(loaded).noneMatch(LoadedClassesTest::isOfOtlp);
  }

  /** Else the one above would see nothing of what it looks for. */
  @Test
  void whereSomethingIsSentTheyAre() throws Exception {
    assertThat(loaded("--otlp-endpoint", "http://127.0.0.1:1"))
        .anyMatch(line -> line.contains(" io.opentelemetry."))
        .anyMatch(line -> line.contains(" dev.streamgauge.otlp."));
  }

  private static boolean isOfOtlp(String line) {
    return line.contains(" io.opentelemetry.") || line.contains(" dev.streamgauge.otlp.");
  }

  private List<String> loaded(String... options) throws Exception {
    Path list = folder.resolve("classes.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + list,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "proxy",
                "--listen=127.0.0.1:0",
                "--admin=127.0.0.1:0",
                "--upstream=http://127.0.0.1:1",
                "--gpu=off"));
    command.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    withoutVariables(builder.environment());
    Process process = builder.start();
    try (BufferedReader errors =
        new BufferedReader(
            new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
      Matcher ports = ports(errors);
      assertThat(get(ports.group(1), "/v1/models")).isEqualTo(502);
      assertThat(get(ports.group(2), "/metrics")).isEqualTo(200);
      process.toHandle().destroy(); // that of the process itself closes what is read here
      while (errors.readLine() != null) {
        // to its end, or it would wait for somebody to read
      }
      process.waitFor();
    } finally {
      process.destroyForcibly();
    }
    return Files.readAllLines(list);
  }

  /** Of whoever runs the tests. */
  private static void withoutVariables(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(name -> name.startsWith("OTEL_") || name.startsWith("STREAMGAUGE_"));
  }

  private static Matcher ports(BufferedReader errors) throws IOException {
    StringBuilder said = new StringBuilder();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      Matcher ports = PORTS.matcher(line);
      if (ports.find()) {
        return ports;
      }
      said.append(line).append('\n');
    }
    throw new AssertionError("it did not start: " + said);
  }

  private static int get(String port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }
}
