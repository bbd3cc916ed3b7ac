package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Small DATA frames of one read, which go on as one piece, like all that comes in one read over
 * HTTP/1: a peer that sends byte by byte would else have us hold a buffer for each. One alone is
 * not copied. Owns what it holds. On one event loop.
 */
final class SmallPieces {
  /** Larger frames go on by themselves. */
  private static final int SMALL_BYTES = 1024;

  private static final int JOINED_BYTES = 4 * 1024;

  private @Nullable ByteBuf held;
  private boolean joined;

  /** Whether it was taken in: it is small, and there is room. Observes. */
  boolean add(ByteBufAllocator allocator, ByteBuf data) {
    int size = data.readableBytes();
    ByteBuf before = held;
    if (size >= SMALL_BYTES) {
      return false;
    }
    if (before == null) {
      held = data.retainedSlice();
      return true;
    }
    if (before.readableBytes() + size > JOINED_BYTES) {
      return false;
    }
    if (!joined) {
      joined = true;
      ByteBuf all = allocator.directBuffer(JOINED_BYTES, JOINED_BYTES);
      all.writeBytes(before, before.readerIndex(), before.readableBytes());
      before.release();
      before = all;
      held = all;
    }
    before.writeBytes(data, data.readerIndex(), size);
    return true;
  }

  /** What is held, which belongs to the caller then; null if nothing is. */
  @Nullable ByteBuf take() {
    ByteBuf all = held;
    held = null;
    joined = false;
    return all;
  }

  void release() {
    ByteBuf all = take();
    if (all != null) {
      all.release();
    }
  }
}
