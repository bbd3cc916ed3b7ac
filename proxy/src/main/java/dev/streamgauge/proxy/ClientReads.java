package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * How much of one client's bytes is read in a turn of its loop: where HTTP/2 is spoken one small
 * read. A client that sends nothing but frames of ten bytes has six thousand of them in 64 KiB, and
 * whoever shares the loop would wait for them all. On one event loop.
 */
final class ClientReads extends DefaultMaxMessagesRecvByteBufAllocator {
  /** As large as most requests; who sends more is read in larger reads. */
  static final int FIRST_BYTES = 2 * 1024;

  /** Bodies of HTTP/1.1: with 16 KiB they cost half as much again. */
  static final int BODY_BYTES = 64 * 1024;

  static final int FRAMES_BYTES = 16 * 1024;

  /** Frames below this in the mean, and a large read has too many of them for one turn. */
  private static final int FRAME_BYTES_SMALL = 128;

  /**
   * Of HTTP/1, in a turn. With one, a thousand bodies that nobody takes grow side by side, and each
   * has its beginning on the heap before buffers are scarce and the memory guard refuses.
   */
  private static final int BODY_READS = 16;

  private int mostBytes = BODY_BYTES;

  ClientReads() {
    super(BODY_READS);
  }

  /** It speaks HTTP/2. */
  static void ofFrames(Channel channel) {
    if (channel.config().getRecvByteBufAllocator() instanceof ClientReads reads) {
      reads.mostBytes = FRAMES_BYTES;
      reads.maxMessagesPerRead(1);
    }
  }

  /** So many frames came in the last read: where they were small, the next read is. */
  static void framesRead(Channel channel, int count, int bytes) {
    if (channel.config().getRecvByteBufAllocator() instanceof ClientReads reads) {
      boolean small = count * FRAME_BYTES_SMALL > bytes;
      reads.mostBytes = small ? FIRST_BYTES : FRAMES_BYTES;
    }
  }

  @Override
  public Sized newHandle() {
    return new Sized();
  }

  /** Grows by full reads, and shrinks by nearly empty ones. */
  final class Sized extends MaxMessageHandle {
    private int bytes = FIRST_BYTES;

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return allocator.ioBuffer(guess());
    }

    @Override
    public int guess() {
      return Math.min(bytes, mostBytes);
    }

    @Override
    public void lastBytesRead(int read) {
      super.lastBytesRead(read);
      if (read == attemptedBytesRead()) {
        bytes = Math.min(BODY_BYTES, 4 * bytes);
      } else if (read > 0 && read < bytes / 4) {
        bytes = Math.max(FIRST_BYTES, bytes / 2);
      }
    }
  }
}
