package dev.streamgauge.gpu.amd;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.driver.DriverReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Looks at the GPUs of a library that prints, and writes a line before it and one after it. */
final class PrintingChild {
  static final String BEFORE = "before";
  static final String AFTER = "after";

  private PrintingChild() {}

  /** The library, and libraries that are to be there before it. */
  public static void main(String[] args) throws IOException {
    for (int i = 1; i < args.length; i++) {
      if (DriverReader.library(args[i]).isEmpty()) {
        throw new IllegalStateException(args[i]);
      }
    }
    Path library = Path.of(args[0]);
    AmdReader reader =
        new AmdReader(
            new GpuAssignment(new GpuChoice.Auto(), null, List.of()),
            () -> 0,
            () -> DriverReader.library(library.toString()),
            new AmdFiles(library.resolveSibling("root")));
    // as the access log does; open to the end, as it is
    FileOutputStream log = new FileOutputStream(FileDescriptor.out);
    log.write((BEFORE + "\n").getBytes(StandardCharsets.UTF_8));
    if (!(reader.read() instanceof GpuReading.Seen)) {
      throw new IllegalStateException("no GPU");
    }
    reader.close();
    log.write((AFTER + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
