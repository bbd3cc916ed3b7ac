package dev.streamgauge.proxy.tls;

import dev.streamgauge.config.Option;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A file that an option names. */
public record NamedFile(Option<?> option, Path path) {
  private static final int BYTES_MAX = 1024 * 1024;

  /** All of it; at most 1 MiB. */
  byte[] read() throws UnusableFile {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw unusable("it is larger than 1 MiB");
      }
      return bytes;
    } catch (UnusableFile e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw unusable("there is no such file");
    } catch (AccessDeniedException e) {
      throw unusable("this user may not read it");
    } catch (IOException e) {
      throw unusable("it cannot be read");
    }
  }

  UnusableFile unusable(String why) {
    return new UnusableFile(this, why);
  }

  /**
   * What tells this state of the file from others, a link followed: Kubernetes changes a mounted
   * secret by turning a link. Null where there is no file.
   */
  @Nullable Stamp stamp() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return null;
    }
  }

  /** A file's state. */
  record Stamp(FileTime modified, long sizeBytes, @Nullable Object fileKey) {}
}
