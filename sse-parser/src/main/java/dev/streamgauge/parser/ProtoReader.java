package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of a protobuf message in a byte range: observes it, copies nothing, allocates
 * only in {@link #text}. A field is read wholly by {@link #next}; one that is a message can be
 * entered, and has to be left.
 *
 * <p>A fault is sticky instead of thrown: {@link #failed} is set and {@link #next} answers false on
 * every level. So a caller walks first and asks once at the end. Messages and groups may be {@value
 * #DEPTH_MAX} deep; groups, which no server's messages have, are passed over.
 */
final class ProtoReader {
  static final int DEPTH_MAX = 16;

  private static final byte[] NOTHING = {};
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int GROUP = 3;
  private static final int GROUP_END = 4;
  private static final int FIXED32 = 5;
  private static final int VARINT_BITS_MAX = 64;
  private static final int UTF8_BYTES_MAX = 4;

  private final int[] outerEnds = new int[DEPTH_MAX];
  private byte[] bytes = NOTHING;
  private int start;
  private int at;
  private int end;
  private int depth;
  private boolean failed;

  private int field;
  private int wireType;
  private long number;
  private int valueStart;
  private int valueEnd;

  void reset(byte[] message, int from, int stop) {
    bytes = message;
    start = from;
    at = from;
    end = stop;
    depth = 0;
    failed = false;
  }

  /** Back to the first field; only outside of messages that were entered. A fault stays. */
  void rewind() {
    at = start;
  }

  void release() {
    bytes = NOTHING;
    start = 0;
    at = 0;
    end = 0;
  }

  boolean failed() {
    return failed;
  }

  /** Reads the next field; false at the end of this message. */
  boolean next() {
    if (failed || at == end) {
      return false;
    }
    tag();
    switch (wireType) {
      case VARINT -> number = varint();
      case FIXED64 -> number = fixed(Long.BYTES);
      case FIXED32 -> number = fixed(Integer.BYTES);
      case DELIMITED -> delimited();
      case GROUP -> skipGroup();
      default -> failed = true;
    }
    return !failed;
  }

  int field() {
    return field;
  }

  /** Whether the field is a string, bytes, a message or a packed list. */
  boolean delimitedValue() {
    return wireType == DELIMITED;
  }

  /** An integer, or the bits of a fixed value; 0 for any other field. */
  long number() {
    return wireType == VARINT || wireType == FIXED64 || wireType == FIXED32 ? number : 0;
  }

  /** An integer from 0 to {@link AnswerParser#COUNT_MAX}; unknown for anything else. */
  long count() {
    return AnswerParser.countOf(wireType == VARINT ? number : StreamSink.UNKNOWN);
  }

  /** A field of type double; 0 for any other. */
  double real() {
    return wireType == FIXED64 ? Double.longBitsToDouble(number) : 0;
  }

  /** Where a field's value stands; where it has none, what follows the field. */
  int valueStart() {
    return wireType == DELIMITED ? valueStart : at;
  }

  /** The same as the start where the field has no such value. */
  int valueEnd() {
    return wireType == DELIMITED ? valueEnd : at;
  }

  boolean filledValue() {
    return wireType == DELIMITED && valueEnd > valueStart;
  }

  /** How many integers a repeated field brings at once: one if it isn't packed. */
  int integers() {
    if (wireType != DELIMITED) {
      return wireType == VARINT ? 1 : 0;
    }
    int count = 0;
    for (int i = valueStart; i < valueEnd; i++) {
      count += bytes[i] >= 0 ? 1 : 0;
    }
    failed |= valueEnd > valueStart && bytes[valueEnd - 1] < 0;
    return count;
  }

  boolean valueIs(byte[] constant) {
    return wireType == DELIMITED && Ascii.equal(bytes, valueStart, valueEnd, constant);
  }

  /**
   * Into the message that is the field read last; {@link #leave} must follow. False, and nothing to
   * be left, if it is no message.
   */
  boolean enter() {
    if (failed || wireType != DELIMITED || depth == DEPTH_MAX) {
      failed = true;
      return false;
    }
    outerEnds[depth++] = end;
    at = valueStart;
    end = valueEnd;
    return true;
  }

  /** Behind the message that was entered last. */
  void leave() {
    at = end;
    end = outerEnds[--depth];
  }

  /** A string that was read from the same message. Allocates. */
  String text(int from, int stop, int charsMax) {
    int length = (int) Math.min(stop - from, (long) charsMax * UTF8_BYTES_MAX);
    return JsonText.cut(new String(bytes, from, length, StandardCharsets.UTF_8), charsMax);
  }

  byte[] bytes() {
    return bytes;
  }

  private void tag() {
    long tag = varint();
    failed |= tag < (1 << 3) || tag > 0xFFFF_FFFFL;
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < VARINT_BITS_MAX && at < end; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    failed = true;
    return 0;
  }

  private long fixed(int size) {
    if (end - at < size) {
      failed = true;
      return 0;
    }
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[at + i] & 0xFF);
    }
    at += size;
    return value;
  }

  private void delimited() {
    long length = varint();
    if (failed || length < 0 || length > end - at) {
      failed = true;
      return;
    }
    valueStart = at;
    valueEnd = at + (int) length;
    at = valueEnd;
  }

  private void skipGroup() {
    int outer = field;
    int open = 1;
    while (open > 0 && !failed) {
      if (at == end || open > DEPTH_MAX) {
        failed = true;
        return;
      }
      tag();
      switch (wireType) {
        case VARINT -> number = varint();
        case FIXED64 -> number = fixed(Long.BYTES);
        case FIXED32 -> number = fixed(Integer.BYTES);
        case DELIMITED -> delimited();
        case GROUP -> open++;
        case GROUP_END -> open--;
        default -> failed = true;
      }
    }
    failed |= field != outer;
    wireType = GROUP;
  }
}
