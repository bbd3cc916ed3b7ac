package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a body on its way to a stream: one frame of its own, in one buffer, with its head
 * before it (RFC 9113 section 4.1), which is cut where the stream's window takes only a part. On
 * one event loop.
 *
 * <p>The codec's own way joins pieces that wait, and makes of each a queue, a buffer for the head,
 * two slices and four promises.
 */
final class DataFrame implements Http2RemoteFlowController.FlowControlled {
  /** Of the payload: what every peer takes (RFC 9113 section 4.2). */
  static final int BYTES_MAX = Http2CodecUtil.MAX_FRAME_SIZE_LOWER_BOUND;

  private static final int HEAD_BYTES = Http2CodecUtil.FRAME_HEADER_LENGTH;

  private static final int END_STREAM = 1;

  private final Http2LifecycleManager connection;
  private final Http2Stream stream;
  private final ByteBuf frame;
  private final ChannelPromise done;
  private int size;
  private boolean last;

  private DataFrame(
      Http2LifecycleManager connection, Http2Stream stream, ByteBuf frame, ChannelPromise done) {
    this.connection = connection;
    this.stream = stream;
    this.frame = frame;
    this.done = done;
    this.size = frame.readableBytes() - HEAD_BYTES;
  }

  /**
   * Observes the bytes.
   *
   * @param done when the socket has taken them
   */
  static DataFrame of(
      Http2Side<?> connection,
      Http2Stream stream,
      ByteBuf bytes,
      int from,
      int to,
      ChannelPromise done) {
    ByteBufAllocator alloc = connection.context().alloc();
    ByteBuf frame = alloc.directBuffer(HEAD_BYTES + to - from);
    frame.writerIndex(HEAD_BYTES).writeBytes(bytes, from, to - from);
    return new DataFrame(connection, stream, frame, done);
  }

  /** The stream ends with it; null if it is written already, and else done with it. */
  @Nullable ChannelFuture end() {
    if (size == 0) {
      return null;
    }
    last = true;
    return done;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void write(ChannelHandlerContext context, int allowedBytes) {
    int part = Math.min(size, allowedBytes);
    if (part == 0) {
      return;
    }
    if (part == size) {
      size = 0;
      var _ = context.write(headed(frame, part, last), done);
      return;
    }
    ByteBuf first = context.alloc().directBuffer(HEAD_BYTES + part);
    first.writerIndex(HEAD_BYTES).writeBytes(frame, frame.readerIndex() + HEAD_BYTES, part);
    var _ = context.write(headed(first, part, false));
    // What is written makes room for the head of the rest.
    frame.skipBytes(part);
    size -= part;
  }

  private ByteBuf headed(ByteBuf to, int payloadBytes, boolean end) {
    int at = to.readerIndex();
    to.setMedium(at, payloadBytes);
    to.setByte(at + 3, Http2FrameTypes.DATA);
    to.setByte(at + 4, end ? END_STREAM : 0);
    return to.setInt(at + 5, stream.id());
  }

  @Override
  public void writeComplete() {
    if (last) {
      connection.closeStreamLocal(stream, done);
    }
  }

  /** Of what was not written: the stream is closed, or the connection. */
  @Override
  public void error(ChannelHandlerContext context, Throwable cause) {
    frame.release();
    done.tryFailure(cause);
    connection.onError(context, true, cause);
  }

  @Override
  public boolean merge(
      ChannelHandlerContext context, Http2RemoteFlowController.FlowControlled next) {
    return false;
  }
}
