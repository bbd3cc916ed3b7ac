package dev.streamgauge.parser;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server sent one message of gRPC or several, for calls of which no more is known: looks
 * at the prefixes of the first two and keeps none of their bytes.
 */
final class GrpcMessageCount {
  private static final String CALL = "application/grpc";

  /** A flag and the length, in four bytes (gRPC over HTTP/2, "Length-Prefixed-Message"). */
  private static final int PREFIX_BYTES = 5;

  private static final int ENOUGH = 2;

  private int messages;
  private int prefixBytes;
  private long length;
  private long leftBytes;

  /**
   * Whether it is gRPC's content, of whichever coding; gRPC-Web has trailers among its messages.
   */
  static boolean counts(@Nullable String contentType) {
    String type = contentType == null ? "" : contentType.strip().toLowerCase(Locale.ROOT);
    return type.startsWith(CALL)
        && (type.length() == CALL.length() || "+; \t".indexOf(type.charAt(CALL.length())) >= 0);
  }

  /** A second message has begun. */
  boolean several() {
    return messages >= ENOUGH;
  }

  void read(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end && !several()) {
      if (leftBytes > 0) {
        int passed = (int) Math.min(leftBytes, end - at);
        leftBytes -= passed;
        at += passed;
      } else {
        prefix(bytes[at++]);
      }
    }
  }

  private void prefix(byte b) {
    length = prefixBytes == 0 ? 0 : length << Byte.SIZE | Byte.toUnsignedInt(b);
    if (++prefixBytes == PREFIX_BYTES) {
      messages++;
      leftBytes = length;
      prefixBytes = 0;
    }
  }
}
