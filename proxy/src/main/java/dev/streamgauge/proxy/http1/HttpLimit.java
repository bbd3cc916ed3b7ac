package dev.streamgauge.proxy.http1;

/** Which of {@link HttpLimits} a message went past. */
public enum HttpLimit {
  START_LINE,
  /** Bytes of the whole head. */
  HEAD,
  /** How many header fields. */
  FIELDS,
  CHUNK_LINE,
  TRAILERS
}
