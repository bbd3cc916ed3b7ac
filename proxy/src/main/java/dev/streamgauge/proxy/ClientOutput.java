package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundBuffer.MessageProcessor;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client of one exchange. A piece of the body goes straight to the socket while
 * nothing waits before it; else, and what the socket does not take, through the channel's queue.
 * When the socket takes no more, the server is read no further until it does; how long that lasts
 * is counted. On one event loop.
 */
final class ClientOutput {
  private final Exchange exchange;
  private final Loop loop;
  private final Channel channel;

  /** The client's socket, where bytes can be written to it past the pipeline. */
  private final @Nullable FileDescriptor socket;

  private long writtenBytes;
  private long takenBytes;
  private long takenSinceNanos;
  private long writtenAtNanos;
  private long pausedSinceNanos;
  private boolean paused;
  private boolean afterPause;
  private boolean unflushed;

  /** The last of what had to wait; null if the socket took all at once. */
  private @Nullable ChannelFuture lastQueued;

  ClientOutput(Exchange exchange) {
    this.exchange = exchange;
    this.loop = exchange.loop;
    this.channel = exchange.client.channel();
    this.socket = channel instanceof EpollSocketChannel epoll ? epoll.fd() : null;
  }

  /** A piece of the body as it was read; observes it, and copies what has to wait. */
  void relay(ByteBuf buffer, int from, int to, long readNanos) {
    beginOverhead(readNanos);
    int left = from + writeNow(buffer, from, to);
    writtenBytes += left - from;
    if (left < to) {
      write(channel.alloc().directBuffer(to - left).writeBytes(buffer, left, to - left), readNanos);
    }
  }

  /** How many bytes the socket took; none if others wait before them. */
  private int writeNow(ByteBuf buffer, int from, int to) {
    FileDescriptor direct = socket;
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (direct == null
        || pending == null
        || pending.totalPendingWriteBytes() != 0
        || !channel.isOpen()
        || !buffer.hasMemoryAddress()) {
      return 0;
    }
    try {
      return direct.writeAddress(buffer.memoryAddress(), from, to);
    } catch (IOException e) {
      return 0; // the channel's own write meets the same error, and tells of it
    }
  }

  /** Takes ownership. */
  void write(ByteBuf buffer, long readNanos) {
    beginOverhead(readNanos);
    unflushed = true;
    writtenBytes += buffer.readableBytes();
    lastQueued = channel.write(buffer);
    if (!channel.isWritable()) {
      pauseUpstream();
    }
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
    if (writtenAtNanos != 0) {
      noteOverhead(loop.nanos());
    }
  }

  /** Done when the socket has taken all that was written so far. */
  ChannelFuture flushed() {
    unflushed = false;
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
  }

  /** From the first read of what is not yet handed on. */
  private void beginOverhead(long readNanos) {
    if (writtenAtNanos == 0) {
      writtenAtNanos = readNanos;
    }
  }

  void noteOverhead(long nowNanos) {
    if (writtenAtNanos != 0 && !paused) {
      exchange.times.responseOverhead(nowNanos - writtenAtNanos);
      writtenAtNanos = 0;
    }
  }

  private void pauseUpstream() {
    UpstreamConnection upstream = exchange.upstream();
    if (!paused && upstream != null) {
      paused = true;
      pausedSinceNanos = loop.nanos();
      upstream.channel().config().setAutoRead(false);
    }
  }

  /** The server may be read again; counts the pause that ends here. False if there was none. */
  boolean resumeUpstream(long nowNanos) {
    if (!paused) {
      return false;
    }
    paused = false;
    afterPause = true;
    exchange.times.clientPaused(nowNanos - pausedSinceNanos);
    UpstreamConnection upstream = exchange.upstream();
    if (upstream != null) {
      upstream.channel().config().setAutoRead(true);
    }
    return true;
  }

  boolean paused() {
    return paused;
  }

  /** Whether this read is the first after a pause; true once. */
  boolean takeAfterPause() {
    boolean was = afterPause;
    afterPause = false;
    return was;
  }

  /**
   * The last write so far: once it has succeeded the socket has taken all up to here. Null if it
   * has already.
   */
  @Nullable ChannelFuture lastWrite() {
    ChannelFuture last = lastQueued;
    return last == null || last.isSuccess() ? null : last;
  }

  /** Whether bytes wait and the socket has taken none of them for so long. */
  boolean stalled(@Nullable Duration limit, long nowNanos) {
    if (limit == null) {
      return false;
    }
    long waiting = waitingBytes();
    long taken = writtenBytes - waiting;
    if (waiting == 0 || taken != takenBytes || takenSinceNanos == 0) {
      takenBytes = taken;
      takenSinceNanos = nowNanos;
    }
    return Timeouts.passed(limit, takenSinceNanos, nowNanos);
  }

  private long waitingBytes() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending == null) {
      return 0;
    }
    Sum sum = new Sum();
    try {
      pending.forEachFlushedMessage(sum);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return sum.bytes;
  }

  private static final class Sum implements MessageProcessor {
    private long bytes;

    @Override
    public boolean processMessage(Object message) {
      bytes += message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
      return true;
    }
  }
}
