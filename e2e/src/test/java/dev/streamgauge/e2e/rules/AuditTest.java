package dev.streamgauge.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./build audit} says of bills of materials, planted ones. */
class AuditTest {
  private static final Path FOLDER = Path.of("../audit");

  @TempDir Path folder;

  @Test
  void aVersionThatIsKnownToBeBadIsNamedWithItsAdvisory() throws Exception {
    assertThat(audit("pkg:maven/io.netty/netty-codec-http2@4.2.3.Final?type=jar"))
        .startsWith("1\n")
        .contains(
            "io.netty:netty-codec-http2 4.2.3.Final: CVE-2025-55163",
            "CVE-2026-33871",
            "(good from 4.2.16.Final)");
  }

  @Test
  void theFirstGoodVersionAndLaterOnesPass() throws Exception {
    assertThat(
            audit(
                "pkg:maven/io.netty/netty-codec-http2@4.2.16.Final?type=jar",
                "pkg:maven/io.netty/netty-codec-http@4.2.18.Final?type=jar",
                "pkg:maven/io.netty/netty-common@5.0.0?type=jar"))
        .startsWith("0\n")
        .contains("3 components", "0 found");
  }

  @Test
  void aCandidateOfTheFirstGoodVersionIsNotYetGood() throws Exception {
    assertThat(audit("pkg:maven/io.netty/netty-common@4.2.16.RC1?type=jar")).startsWith("1\n");
  }

  @Test
  void aBillOfNothingIsNoProofOfAnything() throws Exception {
    assertThat(audit()).startsWith("2\n");
  }

  /** The exit code, then what was said. */
  private String audit(String... purls) throws IOException, InterruptedException {
    StringBuilder bom = new StringBuilder("{\"components\":[");
    for (String purl : purls) {
      bom.append("{\"purl\" : \"").append(purl).append("\"},");
    }
    Path file = Files.writeString(folder.resolve("bom.json"), bom.append("]}"));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                FOLDER.resolve("Audit.java").toString(),
                FOLDER.resolve("known-bad.txt").toString(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + "\n" + said;
  }
}
