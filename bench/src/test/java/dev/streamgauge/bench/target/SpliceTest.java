package dev.streamgauge.bench.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.streamgauge.bench.load.BodyClient;
import dev.streamgauge.bench.load.BodyUpstream;
import dev.streamgauge.bench.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The floor is built from C, where there is a compiler. */
class SpliceTest {
  private static final long BYTES = 5_000_001;

  @TempDir private Path folder = Path.of("");

  @Test
  void bytesPassBothWaysWhateverTheirNumber() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/cc")), "no C compiler");
    compile();
    Places places = new Places(folder, folder, folder, List.of(), 64);
    Side side = Side.of(TargetKind.SPLICE, Load.HTTP1);
    try (BodyUpstream upstream = new BodyUpstream();
        Target target = Target.start(side, places, upstream.port(), 0)) {
      for (int connection = 0; connection < 3; connection++) {
        try (BodyClient client = new BodyClient(target.port())) {
          assertThat(client.send(BYTES)).isPositive();
          assertThat(client.fetch(BYTES)).isPositive();
        }
      }
      assertThat(target.process().orElseThrow().isAlive()).isTrue();
    }
  }

  private void compile() throws IOException, InterruptedException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Process compiler =
        new ProcessBuilder(
                "/usr/bin/cc",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-o",
                bin.resolve("splice").toString(),
                Path.of("peers/splice.c").toAbsolutePath().toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
  }
}
