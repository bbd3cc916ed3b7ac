package dev.streamgauge.proxy;

/** How the way to the server ended before an answer was whole, as the server did it. */
sealed interface UpstreamEnd {
  /** With a FIN, or what is one over TLS: a body that ends with its connection is whole. */
  record Closed() implements UpstreamEnd {}

  /** With a reset, or its host is gone. */
  record Reset() implements UpstreamEnd {}

  /** With a GOAWAY that leaves the request out (RFC 9113 section 6.8). */
  record WentAway(long errorCode) implements UpstreamEnd {}

  /** In words, where nothing of an answer had come. */
  default String beforeAnswer() {
    return switch (this) {
      case Closed _ -> "the upstream closed without an answer";
      case Reset _ -> "the upstream reset the connection";
      case WentAway(long code) ->
          "the upstream went away without an answer: GOAWAY " + Resets.name(code);
    };
  }

  /** In words, where the answer had begun. */
  default String withinAnswer() {
    return switch (this) {
      case Closed _ -> "the upstream closed inside the body";
      case Reset _ -> "the upstream reset the connection";
      case WentAway(long code) ->
          "the upstream went away inside the body: GOAWAY " + Resets.name(code);
    };
  }
}
