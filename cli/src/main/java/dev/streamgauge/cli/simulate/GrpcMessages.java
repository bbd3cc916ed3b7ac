package dev.streamgauge.cli.simulate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** A call's messages as they arrive: each {@value #BYTES_MAX} bytes at most, uncompressed. */
final class GrpcMessages {
  static final int PREFIX_BYTES = 5;
  private static final int BYTES_MAX = 4 * 1024 * 1024;

  private final ByteBuf kept = Unpooled.buffer(256);

  void add(ByteBuf bytes) {
    kept.discardReadBytes().writeBytes(bytes);
  }

  /**
   * The next whole one; null if it isn't there yet.
   *
   * @throws Refused of one that can't be read
   */
  byte @Nullable [] next() throws Refused {
    if (kept.readableBytes() < PREFIX_BYTES) {
      return null;
    }
    if (kept.getByte(kept.readerIndex()) != 0) {
      throw new Refused(GrpcStatus.UNIMPLEMENTED, "messages are not inflated");
    }
    long length = kept.getUnsignedInt(kept.readerIndex() + 1);
    if (length > BYTES_MAX) {
      throw new Refused(GrpcStatus.RESOURCE_EXHAUSTED, "a message above " + BYTES_MAX + " bytes");
    }
    if (kept.readableBytes() - PREFIX_BYTES < length) {
      return null;
    }
    byte[] message = new byte[(int) length];
    kept.skipBytes(PREFIX_BYTES).readBytes(message);
    return message;
  }

  /** A message with its prefix. */
  static ByteBuf framed(byte[] message) {
    ByteBuf out = Unpooled.buffer(PREFIX_BYTES + message.length);
    return out.writeByte(0).writeInt(message.length).writeBytes(message);
  }

  /** Why a message is not read. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final GrpcStatus status;

    Refused(GrpcStatus status, String message) {
      super(message);
      this.status = status;
    }

    GrpcStatus status() {
      return status;
    }
  }
}
