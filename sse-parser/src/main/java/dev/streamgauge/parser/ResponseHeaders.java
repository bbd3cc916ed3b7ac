package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/** Where the header fields of one answer are looked up. */
@FunctionalInterface
public interface ResponseHeaders {
  /** An answer whose fields nobody kept. */
  ResponseHeaders NONE = _ -> null;

  /** The value of the first field of that name, as it came; null if there is none. */
  @Nullable String header(String lowerCase);
}
