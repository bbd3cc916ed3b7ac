package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Outcome;
import io.netty.handler.codec.http2.Http2Error;

/** What HTTP/2's error codes mean here (RFC 9113 section 7). Pure functions. */
final class Resets {
  private Resets() {}

  /**
   * What a client's stream is reset with where the server gave no code of its own. Never NO_ERROR,
   * which would make what came so far a whole answer.
   */
  static long codeOf(Outcome outcome) {
    Http2Error error =
        switch (outcome) {
          case CALLER_INVALID -> Http2Error.PROTOCOL_ERROR;
          case CALLER_DISCONNECT, POLICY_DRAINING, UPSTREAM_TIMEOUT -> Http2Error.CANCEL;
          case POLICY_QUEUE_FULL, POLICY_QUEUE_TIMEOUT -> Http2Error.REFUSED_STREAM;
          case OK,
              CALLER_ERROR,
              UPSTREAM_ERROR,
              UPSTREAM_STREAM_ERROR,
              UPSTREAM_TRUNCATED,
              UPSTREAM_RESET,
              UPSTREAM_UNREACHABLE,
              PROXY_ERROR ->
              Http2Error.INTERNAL_ERROR;
        };
    return error.code();
  }

  /** The server's code for a client whose answer is not whole. */
  static long ofServer(long code) {
    return code == Http2Error.NO_ERROR.code() ? Http2Error.INTERNAL_ERROR.code() : code;
  }

  static String name(long code) {
    Http2Error error = Http2Error.valueOf(code);
    return error == null ? "code " + code : error.name();
  }
}
