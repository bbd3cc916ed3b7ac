package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import dev.streamgauge.proxy.tls.TlsClosing;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the model server; serves one exchange at a time or is idle in the pool. Hands
 * each read on with the stamp taken as it came. On one event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamLink {
  /** It did not go on behind its handshake. */
  static final String TLS_ENDED = "the upstream ended TLS";

  /**
   * Up to here a head and its body are copied into one buffer, and leave in one system call. A
   * larger piece of a body is sent as it comes: queued, the first alone would be as much as may
   * wait, and the client be read no further until it is out.
   */
  private static final int TOGETHER_BYTES_MAX = 16 * 1024;

  private final Loop loop;
  private final PeerSilence silence;
  private @Nullable Channel channel;
  private @Nullable DirectSocket socket;
  private @Nullable Exchange exchange;

  /** The head and what came of its body; null once they have left. */
  private @Nullable ByteBuf held;

  private boolean used;

  /** The request's body came without chunks and leaves in some. */
  private boolean chunking;

  private boolean inputClosed;
  private boolean counted;
  private long idleSinceNanos;

  UpstreamConnection(Loop loop) {
    this.loop = loop;
    this.silence = new PeerSilence(loop.tcpInfo, PeerSilence.LIMIT_NANOS);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  Channel channel() {
    Channel opened = channel;
    if (opened == null) {
      throw new IllegalStateException("not connected");
    }
    return opened;
  }

  /** Counted as active from here to its close. */
  void opened() {
    counted = true;
  }

  void idleSince(long nowNanos) {
    exchange = null;
    used = true;
    idleSinceNanos = nowNanos;
    channel().config().setAutoRead(true);
  }

  boolean expired(long nowNanos, long keptNanos) {
    return inputClosed || !channel().isActive() || nowNanos - idleSinceNanos >= keptNanos;
  }

  @Override
  public boolean reused() {
    return used;
  }

  @Override
  public void serve(Exchange served) {
    exchange = served;
  }

  @Override
  public void head(UpstreamHead head) {
    chunking = head.needsChunks();
    held = head.http1(channel().alloc());
  }

  @Override
  public void body(ByteBuf piece) {
    if (!chunking) {
      send(piece);
      return;
    }
    if (piece.isReadable()) {
      send(Chunks.chunk(channel().alloc(), piece, piece.readerIndex(), piece.writerIndex()));
    }
    piece.release();
  }

  /** A small piece leaves with the head. Takes ownership. */
  private void send(ByteBuf piece) {
    ByteBuf head = held;
    if (head != null && piece.readableBytes() <= TOGETHER_BYTES_MAX - head.readableBytes()) {
      head.writeBytes(piece);
      piece.release();
      return;
    }
    if (head != null) {
      held = null;
      var _ = channel().write(head);
    } else if (piece.readableBytes() > TOGETHER_BYTES_MAX) {
      piece.skipBytes(socket().send(piece, piece.readerIndex(), piece.writerIndex()));
    }
    if (piece.isReadable()) {
      var _ = channel().write(piece);
    } else {
      piece.release();
    }
  }

  @Override
  public void end(@Nullable Head trailer) {
    if (chunking) {
      send(HeadWriter.lastChunk(channel().alloc(), trailer));
    }
  }

  @Override
  public void flush() {
    ByteBuf head = held;
    if (head == null) {
      channel().flush();
      return;
    }
    held = null;
    DirectSocket direct = socket();
    head.skipBytes(direct.send(head, head.readerIndex(), head.writerIndex()));
    if (head.isReadable()) {
      var _ = channel().writeAndFlush(head);
    } else {
      head.release();
    }
  }

  private DirectSocket socket() {
    DirectSocket direct = socket;
    if (direct == null) {
      direct = DirectSocket.of(channel());
      socket = direct;
    }
    return direct;
  }

  @Override
  public boolean writable() {
    return channel().isWritable();
  }

  @Override
  public void pauseReading() {
    channel().config().setAutoRead(false);
  }

  @Override
  public void resumeReading() {
    channel().config().setAutoRead(true);
  }

  @Override
  public void giveBack(long nowNanos) {
    loop.pool.giveBack(this, nowNanos);
  }

  @Override
  public void cancel(long errorCode) {
    close();
  }

  /** Closes and tells nobody. */
  void close() {
    exchange = null;
    dropHeld();
    TlsClosing.close(channel());
  }

  private void dropHeld() {
    ByteBuf unsent = held;
    held = null;
    if (unsent != null) {
      unsent.release();
    }
  }

  @Override
  public void endIfSilent(long nowNanos) {
    if (silence.tooLong(channel(), nowNanos)) {
      gone(true);
    }
  }

  @Override
  public void endOutput(Runnable done) {
    DuplexChannel duplex = (DuplexChannel) channel();
    var _ =
        duplex
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(
                _ -> {
                  var _ = TlsClosing.endOutput(duplex);
                  done.run();
                });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    long now = loop.nanos();
    ByteBuf buffer = (ByteBuf) message;
    try {
      Exchange served = exchange;
      if (served == null) {
        var _ = context.close();
      } else {
        served.upstreamRead(buffer, now);
      }
    } finally {
      buffer.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Exchange served = exchange;
    if (served != null) {
      served.flushClient();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange served = exchange;
    if (served != null) {
      served.upstreamWritable(context.channel().isWritable());
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      gone(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    dropHeld();
    if (counted) {
      counted = false;
      loop.live().upstreamConnections(ConnectionState.ACTIVE, -1);
    }
    gone(false);
  }

  /** A reset, as far as reads go; a failed write is followed by one, or by an answer. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Exchange served = exchange;
    if (served != null && !(cause instanceof IOException)) {
      served.failed(cause);
      return;
    }
    if (served != null && !used && cause instanceof SSLException) {
      // With TLS 1.3 a server looks at our certificate when our handshake is over (RFC 8446
      // section 4.4.2.4): its refusal is the first that comes back.
      loop.live().tlsHandshakeFailed(TlsSide.UPSTREAM);
      served.connectFailed(TLS_ENDED, cause);
    }
    gone(true);
  }

  private void gone(boolean reset) {
    if (inputClosed && !reset) {
      return;
    }
    inputClosed = true;
    Exchange served = exchange;
    if (served == null) {
      loop.pool.remove(this);
      var _ = channel().close();
    } else {
      served.upstreamGone(reset ? new UpstreamEnd.Reset() : new UpstreamEnd.Closed());
    }
  }
}
