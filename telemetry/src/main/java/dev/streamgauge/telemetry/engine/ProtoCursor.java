package dev.streamgauge.telemetry.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the fields of a protobuf message. What breaks the encoding ends the walk, and that of
 * the messages around it, and shows in {@link #broken()}.
 */
final class ProtoCursor {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final byte[] page;
  private final @Nullable ProtoCursor around;
  private final int end;
  private int at;
  private int wireType;
  private boolean broken;

  private ProtoCursor(byte[] page, int from, int to, @Nullable ProtoCursor around) {
    this.page = page;
    this.at = from;
    this.end = to;
    this.around = around;
  }

  static ProtoCursor of(byte[] page) {
    return new ProtoCursor(page, 0, page.length, null);
  }

  boolean broken() {
    return broken;
  }

  boolean more() {
    return at < end;
  }

  /** The number of the next field; read its value, or {@link #skip()}. */
  int field() {
    long tag = varint();
    wireType = (int) (tag & 7);
    return (int) (tag >>> 3);
  }

  /** Of the field at hand; 0 where it is none. */
  long number() {
    if (wireType == VARINT) {
      return varint();
    }
    skip();
    return 0;
  }

  /** The same where it is a value of a page, which knows no numbers but these. */
  double count() {
    return (double) number();
  }

  /** Of the field at hand; NaN where it is none. */
  double fraction() {
    if (wireType == FIXED64) {
      return Double.longBitsToDouble(fixed64());
    }
    skip();
    return Double.NaN;
  }

  String text() {
    ProtoCursor bytes = message();
    return new String(page, bytes.at, bytes.end - bytes.at, StandardCharsets.UTF_8);
  }

  /** The message, or bytes, of the field at hand; empty where it is something else. */
  ProtoCursor message() {
    if (wireType == BYTES) {
      return delimited();
    }
    skip();
    return new ProtoCursor(page, at, at, this);
  }

  /** A message with its length before it. */
  ProtoCursor delimited() {
    long length = varint();
    if (length < 0 || length > end - at) {
      fail();
      return new ProtoCursor(page, end, end, this);
    }
    int from = at;
    at += (int) length;
    return new ProtoCursor(page, from, at, this);
  }

  byte[] copy() {
    return Arrays.copyOfRange(page, at, end);
  }

  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> pass(Long.BYTES);
      case BYTES -> delimited();
      case FIXED32 -> pass(Integer.BYTES);
      default -> fail();
    }
  }

  private void pass(int bytes) {
    if (end - at < bytes) {
      fail();
    } else {
      at += bytes;
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
      byte b = page[at++];
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    fail();
    return 0;
  }

  private long fixed64() {
    if (end - at < Long.BYTES) {
      fail();
      return 0;
    }
    long bits = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      bits |= (page[at + i] & 0xffL) << (8 * i);
    }
    at += Long.BYTES;
    return bits;
  }

  private void fail() {
    broken = true;
    at = end;
    if (around != null) {
      around.fail();
    }
  }
}
