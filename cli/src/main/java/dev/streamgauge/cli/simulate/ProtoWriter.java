package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** A protobuf message, field by field in the order of the calls. */
final class ProtoWriter {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;

  private final ByteBuf out = Unpooled.buffer(64);

  /** An integer or a truth value that is written even if it is 0. */
  ProtoWriter number(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** An integer that is left out if it is 0, as proto3 does, or if there is no such field (0). */
  ProtoWriter count(int field, long value) {
    return value == 0 || field == 0 ? this : number(field, value);
  }

  ProtoWriter real(int field, double value) {
    tag(field, FIXED64);
    out.writeLongLE(Double.doubleToRawLongBits(value));
    return this;
  }

  /** Left out if it is empty. */
  ProtoWriter text(int field, String value) {
    return value.isEmpty() ? this : bytes(field, utf8(value));
  }

  ProtoWriter bytes(int field, byte[] value) {
    tag(field, DELIMITED);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  ProtoWriter message(int field, ProtoWriter value) {
    return bytes(field, value.written());
  }

  /** Of {@code from} to before {@code end}, each as the number of its word. */
  ProtoWriter tokenIds(int field, long from, long end) {
    ProtoWriter packed = new ProtoWriter();
    for (long index = from; index < end; index++) {
      packed.varint(Words.id(index));
    }
    return message(field, packed);
  }

  byte[] written() {
    return ByteBufUtil.getBytes(out);
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
