package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Reads one response as it passes; one thread. Observes the arrays it is given and keeps no
 * reference to them. Never throws.
 */
public final class ResponseReader {
  private ResponseReader() {}

  public static ResponseReader open(
      RequestFacts request,
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable Dialect forced,
      ReaderLimits limits,
      StreamSink sink) {
    return new ResponseReader();
  }

  /** False: feeding may be skipped from now on. */
  public boolean wantsBytes() {
    return false;
  }

  /** Body bytes, HTTP's framing removed. */
  public void read(byte[] bytes, int start, int end) {}

  /** The body ended cleanly, as HTTP's framing says. */
  public void end() {}

  /** Frees what is held; may be called twice. */
  public void close() {}

  public Dialect dialect() {
    return Dialect.UNKNOWN;
  }

  /** The answer is SSE or NDJSON with a 2xx status. */
  public boolean stream() {
    return false;
  }

  public @Nullable UnparsedReason unparsed() {
    return null;
  }
}
