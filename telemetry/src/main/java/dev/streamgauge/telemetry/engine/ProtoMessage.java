package dev.streamgauge.telemetry.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** A protobuf message while it is written. */
final class ProtoMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static ProtoMessage of(byte[] encoded) {
    ProtoMessage message = new ProtoMessage();
    message.bytes.writeBytes(encoded);
    return message;
  }

  ProtoMessage number(int field, long value) {
    tag(field, VARINT);
    varint(bytes, value);
    return this;
  }

  ProtoMessage fraction(int field, double value) {
    tag(field, FIXED64);
    long bits = Double.doubleToLongBits(value);
    for (int i = 0; i < Long.BYTES; i++) {
      bytes.write((int) (bits >>> (8 * i)));
    }
    return this;
  }

  ProtoMessage text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoMessage message(int field, ProtoMessage value) {
    return bytes(field, value.bytes.toByteArray());
  }

  void writeDelimited(OutputStream out) throws IOException {
    ByteArrayOutputStream length = new ByteArrayOutputStream();
    varint(length, bytes.size());
    length.writeTo(out);
    bytes.writeTo(out);
  }

  private ProtoMessage bytes(int field, byte[] value) {
    tag(field, BYTES);
    varint(bytes, value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void tag(int field, int wireType) {
    varint(bytes, ((long) field << 3) | wireType);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
