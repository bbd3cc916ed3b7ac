package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Data as chunks of HTTP/1.1 (RFC 9112 section 7.1). Pure functions. */
final class Chunks {
  private static final int LINE_BYTES_MAX = 10;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private Chunks() {}

  /** One chunk of a stretch that is not empty; observes it. The caller owns what comes back. */
  static ByteBuf chunk(ByteBufAllocator allocator, ByteBuf data, int from, int to) {
    int size = to - from;
    ByteBuf out = allocator.directBuffer(size + LINE_BYTES_MAX + 2);
    for (int shift = (31 - Integer.numberOfLeadingZeros(size)) / 4 * 4; shift >= 0; shift -= 4) {
      out.writeByte(HEX[(size >>> shift) & 0xf]);
    }
    return out.writeByte('\r')
        .writeByte('\n')
        .writeBytes(data, from, size)
        .writeByte('\r')
        .writeByte('\n');
  }
}
