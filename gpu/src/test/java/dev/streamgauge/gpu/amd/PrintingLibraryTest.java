package dev.streamgauge.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.driver.ScriptedLibrary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library that prints, in a process of its own: standard output is the access log's. */
class PrintingLibraryTest {
  private static final String TEXT = "Exception caught";

  @TempDir Path folder;

  @Test
  void whatItPrintsByCGoesToStandardError() throws Exception {
    FakeAmd driver = new FakeAmd(folder).hasGpu(0).says("print", TEXT);
    assertKeptOut(driver, List.of(TEXT, TEXT + " by printf", TEXT + " by fprintf"));
  }

  /** Where the C++ library is loaded with the driver's, and where it was there before. */
  @Test
  void whatItPrintsByCppGoesToStandardError() throws Exception {
    Assumptions.assumeTrue(ScriptedLibrary.runs("c++"), "no C++ compiler");
    Path object = folder.resolve("prints.o");
    compile("c++", "-fPIC", "-c", "-o", object.toString(), "src/test/c/prints.cc");
    FakeAmd driver =
        new FakeAmd(folder, object.toString(), "-lstdc++").hasGpu(0).says("print", TEXT);
    List<String> printed = List.of(TEXT + " by printf", TEXT + " by cout");
    assertKeptOut(driver, printed);
    assertKeptOut(driver, printed, "libstdc++.so.6");
  }

  private void assertKeptOut(FakeAmd driver, List<String> printed, String... loadedBefore)
      throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                PrintingChild.class.getName(),
                driver.library().toString()));
    command.addAll(List.of(loadedBefore));
    run(new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()));
    assertThat(Files.readAllLines(out)).containsExactly(PrintingChild.BEFORE, PrintingChild.AFTER);
    assertThat(Files.readAllLines(err)).containsAll(printed);
  }

  private static void compile(String... command) throws Exception {
    run(new ProcessBuilder(command).inheritIO());
  }

  private static void run(ProcessBuilder builder) throws Exception {
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
