package dev.streamgauge.telemetry.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/** Pages of engines: recorded ones, and such as a test writes. */
final class Pages {
  private Pages() {}

  static byte[] file(String name) {
    try (InputStream in = Pages.class.getResourceAsStream("/engine/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static EnginePage text(String page) {
    return read(page, PageFormat.TEXT);
  }

  static EnginePage openMetrics(String page) {
    return read(page, PageFormat.OPEN_METRICS);
  }

  private static EnginePage read(String page, PageFormat format) {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    return EnginePage.read(bytes, format, PageLimits.defaults());
  }

  static byte[] written(EnginePage page, PageFormat format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PageWriter.write(page, format, Set.of(), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static String writtenText(EnginePage page, PageFormat format) {
    return new String(written(page, format), StandardCharsets.UTF_8);
  }
}
