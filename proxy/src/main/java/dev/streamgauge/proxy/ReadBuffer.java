package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * The one buffer into which a loop reads all its upstream connections, one after the other: what a
 * read brought is used up, or copied by who keeps it, before the next read. So an open stream has
 * no buffer of its own, and the bytes that are looked at are in the processor's cache. Owns the
 * buffer. On one event loop.
 */
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  /** As large as one read is to be: with 16 KiB large bodies cost half as much again. */
  static final int BYTES = 64 * 1024;

  private ByteBuf buffer = allocated();

  @Override
  public OneForAll newHandle() {
    return new OneForAll();
  }

  private static ByteBuf allocated() {
    return PooledByteBufAllocator.DEFAULT.directBuffer(BYTES, BYTES);
  }

  private ByteBuf empty() {
    if (buffer.refCnt() != 1) {
      // somebody kept what was read, against the rule above: it is theirs now
      buffer.release();
      buffer = allocated();
    }
    return buffer.clear();
  }

  /** When the loop has ended. */
  void release() {
    buffer.release();
  }

  final class OneForAll extends MaxMessageHandle {
    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return empty().retain();
    }

    @Override
    public int guess() {
      return BYTES;
    }
  }
}
