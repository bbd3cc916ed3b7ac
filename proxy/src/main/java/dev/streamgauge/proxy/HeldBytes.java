package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** What a client sent and nobody has taken yet, as one buffer. Owns it. On one event loop. */
final class HeldBytes {
  private final Channel channel;
  private @Nullable ByteBuf held;

  HeldBytes(Channel channel) {
    this.channel = channel;
  }

  /** Takes ownership; copies only where something is held already. */
  void add(ByteBuf buffer) {
    ByteBuf before = held;
    if (before == null) {
      held = buffer;
      return;
    }
    ByteBuf joined = channel.alloc().buffer(before.readableBytes() + buffer.readableBytes());
    joined.writeBytes(before).writeBytes(buffer);
    before.release();
    buffer.release();
    held = joined;
  }

  /** Null if nothing is to be read. Still owned here. */
  @Nullable ByteBuf readable() {
    ByteBuf buffer = held;
    return buffer != null && buffer.isReadable() ? buffer : null;
  }

  /** What is there, which belongs to the caller then; null if nothing is. */
  @Nullable ByteBuf take() {
    ByteBuf buffer = held;
    held = null;
    return buffer;
  }

  boolean isEmpty() {
    return readable() == null;
  }

  /** Frees the buffer if all of it was taken. */
  void trim() {
    if (isEmpty()) {
      release();
    }
  }

  void release() {
    ByteBuf buffer = held;
    held = null;
    if (buffer != null) {
      buffer.release();
    }
  }
}
