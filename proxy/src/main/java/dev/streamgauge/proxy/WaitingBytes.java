package dev.streamgauge.proxy;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;

/**
 * What was written to a stream of HTTP/2 and was not taken: by the peer's window, or by the socket.
 * Counted for the stream alone, whatever others on its connection hold back. Frames of one stream
 * are taken in their order. On one event loop.
 */
final class WaitingBytes implements ChannelFutureListener {
  /** As Netty's marks for a whole connection. */
  private static final int HIGH_BYTES = 64 * 1024;

  private static final int LOW_BYTES = 32 * 1024;

  /** What a write holds beside its bytes: its buffer, its promise, its place in queues. */
  private static final int WRITE_BYTES = 256;

  private final Runnable drained;
  private int[] sizes = new int[8];
  private int first;
  private int count;
  private long bytes;
  private long takenBytes;
  private boolean full;

  /**
   * @param drained run when there is room again after {@link #full}
   */
  WaitingBytes(Runnable drained) {
    this.drained = drained;
  }

  /** This write's bytes wait until it is done. */
  void add(int size, ChannelFuture write) {
    if (count == sizes.length) {
      int[] grown = new int[2 * count];
      System.arraycopy(sizes, first, grown, 0, count - first);
      System.arraycopy(sizes, 0, grown, count - first, first);
      sizes = grown;
      first = 0;
    }
    sizes[(first + count) % sizes.length] = size;
    count++;
    bytes += size + WRITE_BYTES;
    var _ = write.addListener(this);
  }

  /** More waits than should. */
  boolean full() {
    full |= bytes > HIGH_BYTES;
    return full;
  }

  boolean any() {
    return count > 0;
  }

  /** Grows as bytes are taken. */
  long takenBytes() {
    return takenBytes;
  }

  @Override
  public void operationComplete(ChannelFuture done) {
    int size = sizes[first];
    first = (first + 1) % sizes.length;
    count--;
    bytes -= size + WRITE_BYTES;
    takenBytes += size;
    if (full && bytes <= LOW_BYTES) {
      full = false;
      drained.run();
    }
  }
}
