package dev.streamgauge.cluster.kube;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads a file of credentials, which is small or not one. */
final class SmallFile {
  private static final int BYTES_MAX = 1024 * 1024;

  private SmallFile() {}

  static byte[] read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw new IOException(path + ": larger than 1 MiB");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IOException(path + ": there is no such file", e);
    }
  }

  static String readText(Path path) throws IOException {
    return new String(read(path), StandardCharsets.UTF_8);
  }
}
