package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.Limit;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/** Which limit that Netty's codec keeps was passed, known by its words alone. Pure functions. */
final class CodecLimits {
  /** A head so far above the limit that it is read no further. */
  private static final String HEADER_SIZE = "Header size exceeded";

  private static final String QUEUED = "Maximum number";
  private static final String WINDOW = "Flow control window exceeded";

  private CodecLimits() {}

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
