package dev.streamgauge.telemetry;

/** What can be hit of what docs/limits.md lists; the {@code limit} label. */
public enum Limit {
  /** {@code --max-connections}: no further client is accepted until one leaves. */
  CONNECTIONS("connections"),
  /** Streams at once on one HTTP/2 connection of a client. */
  STREAMS("streams"),
  REQUEST_LINE("request_line"),
  /** Bytes of all header fields of a request together; of HTTP/2, of the list when unpacked. */
  HEADER_LIST("header_list"),
  /** How many header fields a request has. */
  HEADERS("headers"),
  TRAILERS("trailers"),
  /** A chunk's size and its extensions. */
  CHUNK_LINE("chunk_line"),
  /** The request's body was longer than what is looked at for model and stream. */
  BODY_INSPECTION("body_inspection"),
  /** An event, line, message or whole answer too large to be read; relayed all the same. */
  EVENT_BYTES("event_bytes"),
  /** HTTP/2 SETTINGS within a window of time. */
  SETTINGS("settings"),
  /** HTTP/2 PINGs within a window of time. */
  PINGS("pings"),
  /** HTTP/2 CONTINUATION frames of one header block. */
  CONTINUATIONS("continuations"),
  /** HTTP/2 frames that carry nothing and end nothing. */
  EMPTY_FRAMES("empty_frames"),
  /** Streams that the other side reset within a window of time (rapid reset). */
  RESETS_RECEIVED("resets_received"),
  /** Streams that we had to reset within a window of time (MadeYouReset). */
  RESETS_SENT("resets_sent"),
  /** A request's head took too long. */
  HEADER_TIMEOUT("header_timeout"),
  /** A kept connection had no request for too long. */
  IDLE_TIMEOUT("idle_timeout"),
  /** A request's body stood still. */
  BODY_TIMEOUT("body_timeout"),
  /** A request's body came slower than is allowed. */
  SLOW_SENDER("slow_sender"),
  /** A client took nothing of its answer for too long. */
  CLIENT_STALL("client_stall"),
  /** An answer's head was too large, or had too many fields. */
  RESPONSE_HEAD("response_head"),
  /** An answer was preceded by too many 1xx. */
  INTERIM_RESPONSES("interim_responses"),
  /** TLS handshakes under way: the one that had taken longest made room. */
  HANDSHAKES("handshakes"),
  HANDSHAKE_TIMEOUTS("handshake_timeouts"),
  /** {@code --memory-guard}: a request was refused. */
  MEMORY("memory"),
  /** Bytes that a client sent ahead of its answer: it is read no further. */
  PIPELINED("pipelined"),
  /** All streams to the server were taken: a request had to wait for one. */
  UPSTREAM_STREAMS("upstream_streams"),
  /** None became free in time: that request was refused. */
  UPSTREAM_STREAM_WAIT("upstream_stream_wait"),
  /** HTTP/2 PINGs, SETTINGS and the like of the server within a window of time. */
  UPSTREAM_CONTROL_FRAMES("upstream_control_frames"),
  /** The server sent more on an HTTP/2 stream or connection than its window let it. */
  UPSTREAM_WINDOW("upstream_window"),
  /** HTTP/2 acknowledgements and resets that the other side, client or server, did not take. */
  QUEUED_FRAMES("queued_frames");

  private final String label;

  Limit(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
