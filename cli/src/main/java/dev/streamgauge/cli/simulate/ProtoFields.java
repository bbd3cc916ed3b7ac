package dev.streamgauge.cli.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the fields of a request's message. Groups are none of proto3.
 *
 * <p>All methods throw {@link IllegalArgumentException} where the bytes are no such message.
 */
final class ProtoFields {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;
  private static final byte[] NOTHING = {};

  private final byte[] bytes;
  private int at;
  private int field;
  private long number;
  private byte[] value = NOTHING;

  ProtoFields(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Reads the next field; false at the end. */
  boolean next() {
    if (at == bytes.length) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    number = 0;
    value = NOTHING;
    switch ((int) (tag & 7)) {
      case VARINT -> number = varint();
      case FIXED64 -> take(Long.BYTES);
      case FIXED32 -> take(Integer.BYTES);
      case DELIMITED -> value = take(varint());
      default -> throw new IllegalArgumentException("the message is no protobuf");
    }
    return true;
  }

  int field() {
    return field;
  }

  /** 0 where the field is no integer. */
  long number() {
    return number;
  }

  boolean flag() {
    return number != 0;
  }

  String text() {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** Of a field that is a message. */
  ProtoFields message() {
    return new ProtoFields(value);
  }

  int length() {
    return value.length;
  }

  /** How many integers a packed field has. */
  int integers() {
    int count = 0;
    for (byte b : value) {
      count += b >= 0 ? 1 : 0;
    }
    return count;
  }

  private byte[] take(long length) {
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException("a field is longer than its message");
    }
    int start = at;
    at += (int) length;
    return Arrays.copyOfRange(bytes, start, at);
  }

  private long varint() {
    long result = 0;
    for (int shift = 0; shift < Long.SIZE && at < bytes.length; shift += 7) {
      byte next = bytes[at++];
      result |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return result;
      }
    }
    throw new IllegalArgumentException("a number has no end");
  }
}
