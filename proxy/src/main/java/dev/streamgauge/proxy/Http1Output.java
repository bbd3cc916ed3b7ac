package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.proxy.tls.TlsClosing;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundBuffer.MessageProcessor;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that speaks HTTP/1. A piece of the body goes straight to the socket while
 * nothing waits before it; else, and what the socket does not take, through the channel's queue.
 */
final class Http1Output extends ClientOutput {
  private final Channel channel;

  /** The client's socket, where bytes can be written to it past the pipeline. */
  private final @Nullable Socket socket;

  private long writtenBytes;
  private boolean unflushed;

  /** The body came without chunks and leaves in some. */
  private boolean chunking;

  /** The last of what had to wait; null if the socket took all at once. */
  private @Nullable ChannelFuture lastQueued;

  Http1Output(Exchange exchange, Channel channel) {
    super(exchange);
    this.channel = channel;
    boolean plain = !TlsClosing.secure(channel);
    this.socket =
        plain && channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket fd
            ? fd
            : null;
  }

  @Override
  void head(AnswerHead answer, long readNanos) {
    ByteBuf out =
        HeadWriter.response(
            channel.alloc(),
            answer.head(),
            answer.switching(),
            answer.bodyless(),
            answer.unframed(),
            added(answer));
    long length = answer.contentLength();
    chunking = answer.chunked();
    write(
        length < 0 ? out : HeadWriter.withValue(out, "content-length", Long.toString(length)),
        readNanos);
  }

  /** What HTTP/1.1 has to be told of a body whose end HTTP/2 showed by a flag. */
  private List<HeadWriter.Field> added(AnswerHead answer) {
    if (!answer.chunked() && !endsUnsaid(answer)) {
      return answer.added();
    }
    List<HeadWriter.Field> all = new ArrayList<>(answer.added());
    all.add(
        answer.chunked()
            ? new HeadWriter.Field("transfer-encoding", "chunked")
            : new HeadWriter.Field("content-length", "0"));
    return all;
  }

  private boolean endsUnsaid(AnswerHead answer) {
    int status = answer.head().status();
    return answer.empty()
        && !answer.bodyless()
        && status != 304
        && !exchange.toHead
        && answer.head().header("content-length") == null
        && answer.head().header("transfer-encoding") == null;
  }

  @Override
  void relay(ByteBuf buffer, int from, int to, long readNanos) {
    if (chunking && to > from) {
      ByteBuf chunk = Chunks.chunk(channel.alloc(), buffer, from, to);
      send(chunk, chunk.readerIndex(), chunk.writerIndex(), readNanos);
      chunk.release();
    } else {
      send(buffer, from, to, readNanos);
    }
  }

  /** Observes. */
  private void send(ByteBuf buffer, int from, int to, long readNanos) {
    beginOverhead(readNanos);
    int left = from + writeNow(buffer, from, to);
    writtenBytes += left - from;
    if (left < to) {
      write(channel.alloc().directBuffer(to - left).writeBytes(buffer, left, to - left), readNanos);
    }
  }

  /** How many bytes the socket took; none if others wait before them. */
  private int writeNow(ByteBuf buffer, int from, int to) {
    Socket direct = socket;
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (direct == null
        || pending == null
        || pending.totalPendingWriteBytes() != 0
        || !channel.isOpen()
        || !buffer.hasMemoryAddress()) {
      return 0;
    }
    try {
      return direct.sendAddress(buffer.memoryAddress(), from, to);
    } catch (IOException e) {
      return 0; // the channel's own write meets the same error, and tells of it
    }
  }

  @Override
  int answer(int status, Outcome outcome, String message, boolean close) {
    String id = loop.shared.settings().headers().requestId() ? exchange.identity.requestId() : "";
    write(
        Answers.error(
            channel.alloc(),
            status,
            outcome,
            message,
            id,
            loop.shared.retryAfterSeconds(),
            close,
            exchange.toHead),
        loop.nanos());
    return status;
  }

  /** Takes ownership. */
  private void write(ByteBuf buffer, long readNanos) {
    beginOverhead(readNanos);
    unflushed = true;
    writtenBytes += buffer.readableBytes();
    lastQueued = channel.write(buffer);
    if (!channel.isWritable()) {
      pauseUpstream();
    }
  }

  @Override
  void flushWritten() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  @Override
  ChannelFuture end(@Nullable Head trailer) {
    unflushed = false;
    return channel.writeAndFlush(
        chunking ? HeadWriter.lastChunk(channel.alloc(), trailer) : Unpooled.EMPTY_BUFFER);
  }

  @Override
  @Nullable ChannelFuture lastWrite() {
    ChannelFuture last = lastQueued;
    return last == null || last.isSuccess() ? null : last;
  }

  @Override
  boolean waits() {
    return waitingBytes() > 0;
  }

  @Override
  long progress() {
    return writtenBytes - waitingBytes();
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
