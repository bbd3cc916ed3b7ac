package dev.streamgauge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cli.replay.ReplayCommand;
import dev.streamgauge.config.Environment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  private static final Path RECORDED = Path.of("../sse-parser/src/test/resources/recorded");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;
  private String log = "";

  @BeforeEach
  void writeALog() throws IOException {
    log = Files.writeString(folder.resolve("access.log"), lines(400, 1)).toString();
  }

  private static String lines(int count, int slower) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int ttft = 100 * slower + i % 37;
      lines.append("{\"time\":\"2026-11-24T09:").append(10 + i / 60).append(':');
      lines.append(10 + i % 50).append(".000Z\",\"request_id\":\"r").append(i);
      lines.append("\",\"operation\":\"chat\",\"model\":\"m").append(i % 2);
      lines.append("\",\"stream\":true,\"outcome\":\"ok\",\"queue_ms\":0.000,\"ttft_ms\":");
      lines.append(ttft).append(".000,\"last_token_ms\":900.000,\"duration_ms\":901.000}\n");
    }
    return lines.toString();
  }

  @Test
  void aReportIsATableOnStandardOutput() {
    assertThat(report(log, "--slo", "fast:ttft<120ms")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith("400 requests from 2026-11-24 09:10:10 UTC")
        .contains("Percentiles\n")
        .contains("fast:ttft<120ms");
    assertThat(err.size()).isZero();
  }

  @Test
  void filesAreWrittenWhereTheyAreAskedFor() throws IOException {
    Path html = folder.resolve("r.html");
    Path csv = folder.resolve("r.csv");
    Path json = folder.resolve("r.json");
    Path earlier = Files.writeString(folder.resolve("earlier.log"), lines(400, 2));

    assertThat(
            report(
                log,
                "--html",
                html.toString(),
                "--csv=" + csv,
                "--json",
                json.toString(),
                "--baseline",
                earlier.toString()))
        .isZero();
    assertThat(html).content().startsWith("<!doctype html>").contains("Against the baseline");
    assertThat(csv).content().contains("difference,summary,,,,ttft,p50,ms,-");
    assertThat(json).content().startsWith("{\"files\":[").contains("\"verdict\":\"lower\"");
  }

  @Test
  void standardInputAndGzipAreLogsToo() throws IOException {
    byte[] gzip = gzip(lines(70, 1));
    Path file = Files.write(folder.resolve("b.gz"), gzip);
    assertThat(run(new ByteArrayInputStream(gzip), log, "-", file.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("540 requests");
  }

  @Test
  void whatIsWrongWithTheUseIsOneLineAndNothingIsRead() {
    String[][] uses = {
      {},
      {folder.resolve("none.log").toString()},
      {folder.toString()},
      {log, "--slo", "fast"},
      {log, "--slo", "a:ttft<1s", "--slo", "a:tpot<1s"},
      {log, "--until", "2026-11-24T09:00:00Z", "--from", "2026-11-24T09:00:00Z"},
      {log, "--from", "yesterday"},
      {log, "--slowest", "0"},
      {log, "--bseline", log},
      {"-", "--baseline", "-"},
      {log, folder.resolve("../" + folder.getFileName() + "/access.log").toString()},
      {log, "--html", log},
      {log, "--baseline", log, "--json", log},
      {log, "--html", folder.resolve("a").toString(), "--csv", folder.resolve("a").toString()},
      {log, "--html", folder.resolve("no/such/folder.html").toString()}
    };
    for (String[] use : uses) {
      err.reset();
      assertThat(report(use)).as(String.join(" ", use)).isEqualTo(Main.WRONG_USE);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .as(String.join(" ", use))
          .startsWith("streamgauge: ")
          .hasLineCount(1);
    }
    assertThat(out.size()).isZero();
  }

  @Test
  void aRunMayBeItsOwnBaselineAndDevicesMayBeWrittenTwice() {
    assertThat(report(log, "--baseline", log, "--csv", "/dev/null", "--json", "/dev/null"))
        .isZero();
  }

  @Test
  void aLogWithoutALineOfOursIsAFailure() throws IOException {
    Path other = Files.writeString(folder.resolve("other.log"), "started\n{\"level\":\"info\"}\n");
    assertThat(report(other.toString())).isEqualTo(Main.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("other.log")
        .contains("1 not_json")
        .contains("1 not_access_log");
  }

  @Test
  void aFileThatIsCutOffIsToldOfAndTheRestIsReported() throws IOException {
    byte[] whole = gzip(lines(50_000, 1));
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(report(cut.toString(), log)).isEqualTo(Main.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cut.gz: not read to its end");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("Percentiles\n");
  }

  @Test
  void targetsMayComeFromTheEnvironment() {
    Environment environment = new Environment(Map.of("STREAMGAUGE_SLO", "a:ttft<1s;b:ttft<2s"), 2);
    ReportCommand command = new ReportCommand(environment, InputStream.nullInputStream());
    assertThat(command.run(List.of(log), stream(out), stream(err))).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("a:ttft<1s").contains("b:ttft<2s");
  }

  /** What the proxy's own code writes of real servers' answers, each line of it. */
  @Test
  void everyLineOfARecordedServerIsALine() throws IOException {
    List<String> files = new ArrayList<>();
    try (Stream<Path> found = Files.list(RECORDED)) {
      found.map(Path::toString).filter(ReportCommandTest::isRecording).forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(new ReplayCommand().run(files, stream(out), stream(err))).isZero();
    byte[] replayed = out.toByteArray();
    long lines = new String(replayed, StandardCharsets.UTF_8).lines().count();
    out.reset();

    assertThat(run(new ByteArrayInputStream(replayed), "-")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .startsWith(lines + " requests; " + lines + " lines read\n")
        .doesNotContain("left out");
  }

  private static boolean isRecording(String file) {
    return file.endsWith(".jsonl") && !file.endsWith("manifest.jsonl");
  }

  private int report(String... args) {
    return run(InputStream.nullInputStream(), args);
  }

  private int run(InputStream in, String... args) {
    Environment environment = new Environment(Map.of(), 2);
    return new ReportCommand(environment, in).run(List.of(args), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
