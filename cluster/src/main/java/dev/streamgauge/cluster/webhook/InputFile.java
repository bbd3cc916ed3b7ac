package dev.streamgauge.cluster.webhook;

import dev.streamgauge.config.Option;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A small file that an option names. */
record InputFile(Option<?> option, Path path) {
  private static final int BYTES_MAX = 1024 * 1024;

  byte[] read() throws UnusableInput {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(BYTES_MAX + 1);
      if (bytes.length > BYTES_MAX) {
        throw unusable("it is larger than 1 MiB", null);
      }
      return bytes;
    } catch (UnusableInput e) {
      throw e;
    } catch (NoSuchFileException e) {
      throw unusable("there is no such file", e);
    } catch (IOException e) {
      throw unusable("it cannot be read", e);
    }
  }

  UnusableInput unusable(String why, @Nullable Exception cause) {
    return new UnusableInput(option, path, why, cause);
  }
}
