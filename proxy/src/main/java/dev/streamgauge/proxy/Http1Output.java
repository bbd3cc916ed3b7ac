package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundBuffer.MessageProcessor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that speaks HTTP/1. A head leaves together with the first piece of its
 * body, or at the end of the read. All goes straight to the socket while nothing waits before it;
 * else, and what the socket does not take, through the channel's queue.
 */
final class Http1Output extends ClientOutput {
  private final Channel channel;
  private final DirectSocket socket;

  /** Heads that are to leave; null for none. Never across reads. */
  private @Nullable ByteBuf held;

  private long writtenBytes;
  private boolean unflushed;

  /** The body came without chunks and leaves in some. */
  private boolean chunking;

  /** The last of what had to wait; null if the socket took all at once. */
  private @Nullable ChannelFuture lastQueued;

  Http1Output(Exchange exchange, Channel channel, DirectSocket socket) {
    super(exchange);
    this.channel = channel;
    this.socket = socket;
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
    hold(
        length < 0 ? out : HeadWriter.withValue(out, "content-length", Long.toString(length)),
        readNanos);
  }

  /** Takes ownership. */
  private void hold(ByteBuf head, long readNanos) {
    beginOverhead(readNanos);
    ByteBuf before = held;
    if (before == null) {
      held = head;
    } else {
      before.writeBytes(head);
      head.release();
    }
  }

  private void sendHeld() {
    ByteBuf out = held;
    if (out != null) {
      held = null;
      int taken = socket.send(out, out.readerIndex(), out.writerIndex());
      writtenBytes += taken;
      if (taken == out.readableBytes()) {
        out.release();
      } else {
        write(out.skipBytes(taken));
      }
    }
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
    ByteBuf head = held;
    if (head != null) {
      head.writeBytes(buffer, from, to - from);
      sendHeld();
      return;
    }
    int left = from + socket.send(buffer, from, to);
    writtenBytes += left - from;
    if (left < to) {
      write(channel.alloc().directBuffer(to - left).writeBytes(buffer, left, to - left));
    }
  }

  @Override
  int answer(int status, Outcome outcome, String message, boolean close) {
    String id = loop.shared.settings().headers().requestId() ? exchange.identity.requestId() : "";
    hold(
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
    sendHeld();
    return status;
  }

  /** Takes ownership. */
  private void write(ByteBuf buffer) {
    unflushed = true;
    writtenBytes += buffer.readableBytes();
    lastQueued = channel.write(buffer);
    if (!channel.isWritable()) {
      pauseUpstream();
    }
  }

  @Override
  void flushWritten() {
    sendHeld();
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  @Override
  ChannelFuture end(@Nullable Head trailer) {
    if (chunking) {
      hold(HeadWriter.lastChunk(channel.alloc(), trailer), loop.nanos());
    }
    sendHeld();
    if (!unflushed && socket.tookAll()) {
      return channel.newSucceededFuture();
    }
    unflushed = false;
    return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
  }

  @Override
  void close() {
    ByteBuf unsent = held;
    held = null;
    if (unsent != null) {
      unsent.release();
    }
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
