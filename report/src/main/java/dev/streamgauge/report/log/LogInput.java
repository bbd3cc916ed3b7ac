package dev.streamgauge.report.log;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens what holds a log: plain or gzip, told by its first two bytes. */
public final class LogInput {
  public static final String STANDARD_INPUT = "-";

  private static final int BUFFER_BYTES = 1 << 16;

  private LogInput() {}

  /**
   * Opens it.
   *
   * @param name a file, or {@code -} for {@code standardInput}
   */
  public static InputStream open(String name, InputStream standardInput) throws IOException {
    return decoded(
        name.equals(STANDARD_INPUT) ? standardInput : Files.newInputStream(Path.of(name)));
  }

  private static InputStream decoded(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
    in.mark(2);
    // RFC 1952 section 2.3.1
    boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
    in.reset();
    return gzip ? new GZIPInputStream(in, BUFFER_BYTES) : in;
  }
}
