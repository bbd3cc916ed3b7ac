package dev.streamgauge.proxy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the live page, out of the jar: read when they are first asked for and then held
 * compressed, 48 KiB in all. They are the same for everybody and have nothing of this process in
 * them. On the admin thread.
 */
final class AdminFiles {
  private static final String FOLDER = "live/";
  private static final int TAG_BYTES = 12;

  /** Which there are, by their path. */
  private static final Map<String, Source> SOURCES =
      Map.of(
          "/", new Source("index.html", "text/html; charset=utf-8"),
          "/live/live.css", new Source("live.css", "text/css; charset=utf-8"),
          "/live/live.js", new Source("live.js", "text/javascript; charset=utf-8"),
          "/live/stream.js", new Source("stream.js", "text/javascript; charset=utf-8"),
          "/live/lines.js", new Source("lines.js", "text/javascript; charset=utf-8"),
          "/live/charts.js", new Source("charts.js", "text/javascript; charset=utf-8"),
          "/live/tables.js", new Source("tables.js", "text/javascript; charset=utf-8"),
          "/live/words.js", new Source("words.js", "text/javascript; charset=utf-8"),
          "/live/uplot.js", new Source("uplot.js", "text/javascript; charset=utf-8"),
          "/live/uplot.css", new Source("uplot.css", "text/css; charset=utf-8"));

  private final Map<String, Held> held = new HashMap<>();

  private record Source(String name, String contentType) {}

  /** Compressed; {@code tag} is weak, as it stands for both codings (RFC 9110 section 8.8.1). */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Held(byte[] gzip, String tag, String contentType) {
    byte[] plain() {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static boolean has(String path) {
    return SOURCES.containsKey(path);
  }

  /** Null for a path that is none of them. */
  @Nullable Held at(String path) {
    Source source = SOURCES.get(path);
    return source == null ? null : held.computeIfAbsent(path, _ -> read(source));
  }

  private static Held read(Source source) {
    try (InputStream in = AdminFiles.class.getResourceAsStream(FOLDER + source.name())) {
      if (in == null) {
        throw new IllegalStateException(source.name() + " is not in the jar");
      }
      byte[] plain = in.readAllBytes();
      return new Held(gzip(plain), tag(plain), source.contentType());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 2);
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  private static String tag(byte[] plain) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain);
      return "W/\"" + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // each Java has it
    }
  }
}
