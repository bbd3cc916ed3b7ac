package dev.streamgauge.otlp;

import dev.streamgauge.config.OtlpSettings.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The files of TLS towards a collector, in PEM. Read once, at the start. */
final class Tls {
  private static final long BYTES_MAX = 1024 * 1024;

  private final byte @Nullable [] trusted;
  private final byte @Nullable [] key;
  private final byte @Nullable [] chain;

  private Tls(byte @Nullable [] trusted, byte @Nullable [] key, byte @Nullable [] chain) {
    this.trusted = trusted;
    this.key = key;
    this.chain = chain;
  }

  static Tls read(Target target) throws IOException {
    return new Tls(
        read(target.certificate()),
        target.own() == null ? null : read(target.own().key()),
        target.own() == null ? null : read(target.own().certificate()));
  }

  /** Tells an exporter's builder of those that are there. */
  void apply(Consumer<byte[]> trust, BiConsumer<byte[], byte[]> own) {
    if (trusted != null) {
      trust.accept(trusted);
    }
    if (key != null && chain != null) {
      own.accept(key, chain);
    }
  }

  private static byte @Nullable [] read(@Nullable Path file) throws IOException {
    if (file == null) {
      return null;
    }
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new IOException("above 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("otlp: " + file + " cannot be used: " + e, e);
    }
  }
}
