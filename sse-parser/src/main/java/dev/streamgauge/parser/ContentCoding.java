package dev.streamgauge.parser;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a body is coded, as {@code Content-Encoding} says. */
enum ContentCoding {
  IDENTITY,
  GZIP,
  DEFLATE,
  /** Not read: br, zstd, several at once, or anything else. */
  UNREADABLE;

  static ContentCoding of(@Nullable String header) {
    if (header == null) {
      return IDENTITY;
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> IDENTITY;
      case "gzip", "x-gzip" -> GZIP;
      case "deflate" -> DEFLATE;
      default -> UNREADABLE;
    };
  }
}
