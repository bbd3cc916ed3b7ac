package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.RequestIds;
import dev.streamgauge.timeline.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who a request is: its id and its place in a trace, taken from the client where they are sane,
 * else made. Not secret, so made by a fast generator.
 *
 * @param idMade whether the id is ours
 * @param spanId of our span; where none is made and the trace is the client's, the client's
 * @param traceparent what the server is told; null: what the client said
 * @param stateDropped whether the client's {@code tracestate} is not passed on
 * @param span where our span hangs; null where none is made
 */
record RequestIdentity(
    String requestId,
    boolean idMade,
    String traceId,
    String spanId,
    @Nullable String traceparent,
    boolean stateDropped,
    RequestRecord.@Nullable SpanPlace span) {

  private static final int TRACEPARENT_LENGTH = 55;
  private static final int DIGITS_PER_LONG = 2 * Long.BYTES;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final int SAMPLED = 1;

  /** The trace's id is random (W3C Trace Context level 2): nobody may change that bit. */
  private static final int RANDOM = 2;

  static RequestIdentity of(@Nullable Head head, SpanSampling sampling) {
    String given = head == null ? null : head.header("x-request-id");
    boolean sane = given != null && RequestIds.isSane(given);
    String id = sane && given != null ? given : hex(16);
    // Of two nobody knows which one counts: as if there were none.
    String parent = head == null ? null : head.onlyHeader("traceparent");
    if (head != null && parent != null && isTraceparent(parent)) {
      return child(id, !sane, head, parent, sampling);
    }
    String traceId = hex(16);
    String spanId = hex(8);
    boolean sampled = sampling.root(traceId);
    return new RequestIdentity(
        id,
        !sane,
        traceId,
        spanId,
        traceparent(traceId, spanId, sampled ? SAMPLED : 0),
        true,
        sampled ? new RequestRecord.SpanPlace(null, null) : null);
  }

  /** Where no span is made of it, the trace passes as it came. */
  private static RequestIdentity child(
      String id, boolean idMade, Head head, String parent, SpanSampling sampling) {
    String traceId = parent.substring(3, 35);
    String parentSpanId = parent.substring(36, 52);
    int flags = Integer.parseInt(parent, 53, 55, 16);
    if (!sampling.child(traceId, (flags & SAMPLED) != 0)) {
      return new RequestIdentity(id, idMade, traceId, parentSpanId, null, false, null);
    }
    String spanId = hex(8);
    String state = TraceState.of(head);
    return new RequestIdentity(
        id,
        idMade,
        traceId,
        spanId,
        traceparent(traceId, spanId, SAMPLED | (flags & RANDOM)),
        state == null,
        new RequestRecord.SpanPlace(parentSpanId, state));
  }

  /** Of version 00, which is all that we know to write. */
  private static String traceparent(String traceId, String spanId, int flags) {
    return "00-" + traceId + "-" + spanId + "-0" + flags;
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

  /** Written by hand: each request asks three times. */
  private static String hex(int bytes) {
    byte[] digits = new byte[2 * bytes];
    for (int at = 0; at < digits.length; at += DIGITS_PER_LONG) {
      long random = ThreadLocalRandom.current().nextLong();
      for (int i = 0; i < DIGITS_PER_LONG; i++) {
        digits[at + i] = HEX[(int) (random >>> (4 * i)) & 0xf];
      }
    }
    return new String(digits, StandardCharsets.ISO_8859_1);
  }
}
