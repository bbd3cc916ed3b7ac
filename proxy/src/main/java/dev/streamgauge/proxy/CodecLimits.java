package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Limit;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import org.jspecify.annotations.Nullable;

/**
 * Which limit that Netty's codec keeps was passed, known by its words alone; and what is wrong in
 * words of ours, for its own hold what was sent. Pure functions.
 */
final class CodecLimits {
  /** A head so far above the limit that it is read no further. */
  private static final String HEADER_SIZE = "Header size exceeded";

  private static final String QUEUED = "Maximum number";
  private static final String WINDOW = "Flow control window exceeded";

  private static final String LENGTH = "Received amount of data";

  static final String TOO_MANY_FRAMES = "too many frames on its connection";

  private CodecLimits() {}

  /** What is wrong with a server's answer; nothing of what it sent. */
  static String wordsOfStream(Http2Exception fault) {
    String why = fault.getMessage();
    if (starts(why, WINDOW)) {
      return "it is more than the window of its stream";
    }
    return starts(why, LENGTH)
        ? "it is not as long as its Content-Length"
        : "a head, a trailer or a frame of it breaks the rules of HTTP/2";
  }

  /** What is wrong with a server's connection. */
  static String wordsOfConnection(Http2Exception fault) {
    if (starts(fault.getMessage(), HEADER_SIZE)) {
      return "a head on its connection is far too long";
    }
    return fault.error() == Http2Error.ENHANCE_YOUR_CALM
        ? TOO_MANY_FRAMES
        : "its connection broke the rules of HTTP/2: " + fault.error();
  }

  /** By a client; null: no limit was passed. */
  static @Nullable Limit ofClient(Http2Error error, @Nullable String why) {
    if (starts(why, HEADER_SIZE)) {
      return Limit.HEADER_LIST;
    }
    return ofEither(error, why);
  }

  /** By a server; null: no limit was passed. */
  static @Nullable Limit ofServer(Http2Error error, @Nullable String why) {
    if (starts(why, HEADER_SIZE)) {
      return Limit.RESPONSE_HEAD;
    }
    return starts(why, WINDOW) ? Limit.UPSTREAM_WINDOW : ofEither(error, why);
  }

  private static @Nullable Limit ofEither(Http2Error error, @Nullable String why) {
    if (error != Http2Error.ENHANCE_YOUR_CALM) {
      return null;
    }
    return starts(why, QUEUED) ? Limit.QUEUED_FRAMES : Limit.CONTINUATIONS;
  }

  private static boolean starts(@Nullable String why, String words) {
    return why != null && why.startsWith(words);
  }
}
