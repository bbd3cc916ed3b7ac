package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.RequestIds;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who a request is: its id and its place in a trace, taken from the client where they are sane,
 * else made. Not secret, so made by a fast generator.
 *
 * @param idMade whether the id is ours
 * @param traceMade whether the trace is ours
 */
record RequestIdentity(
    String requestId, boolean idMade, String traceId, String spanId, boolean traceMade) {

  private static final int TRACEPARENT_LENGTH = 55;

  static RequestIdentity of(@Nullable Head head) {
    String given = head == null ? null : head.header("x-request-id");
    boolean sane = given != null && RequestIds.isSane(given);
    String id = sane && given != null ? given : hex(16);
    // Of two nobody knows which one counts: as if there were none.
    String parent = head == null ? null : head.onlyHeader("traceparent");
    if (parent != null && isTraceparent(parent)) {
      return new RequestIdentity(
          id, !sane, parent.substring(3, 35), parent.substring(36, 52), false);
    }
    return new RequestIdentity(id, !sane, hex(16), hex(8), true);
  }

  /** Of version 00, not sampled: we do not decide whether a trace is recorded. */
  String traceparent() {
    return "00-" + traceId + "-" + spanId + "-00";
  }

  /**
   * W3C Trace Context: neither id may be all zeros. A later version than 00 begins alike and may go
   * on behind another dash; ff is none.
   */
  static boolean isTraceparent(String value) {
    return value.length() >= TRACEPARENT_LENGTH
        && isHex(value, 0, 2)
        && !value.startsWith("ff")
        && value.charAt(2) == '-'
        && isHexNotZero(value, 3, 35)
        && value.charAt(35) == '-'
        && isHexNotZero(value, 36, 52)
        && value.charAt(52) == '-'
        && isHex(value, 53, 55)
        && endsRight(value);
  }

  private static boolean endsRight(String value) {
    return value.length() == TRACEPARENT_LENGTH
        || (!value.startsWith("00") && value.charAt(TRACEPARENT_LENGTH) == '-');
  }

  private static boolean isHexNotZero(String value, int start, int end) {
    boolean zero = true;
    for (int i = start; i < end; i++) {
      zero &= value.charAt(i) == '0';
    }
    return !zero && isHex(value, start, end);
  }

  /** In lower case only. */
  private static boolean isHex(String value, int start, int end) {
    for (int i = start; i < end; i++) {
      char c = value.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return true;
  }

  private static String hex(int bytes) {
    StringBuilder text = new StringBuilder(2 * bytes);
    HexFormat format = HexFormat.of();
    for (int i = 0; i < bytes; i += Long.BYTES) {
      text.append(format.toHexDigits(ThreadLocalRandom.current().nextLong()));
    }
    return text.toString();
  }
}
