package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.TlsClosing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * The end of a client's connection from our side: a FIN behind all that was written, and then what
 * still comes is read and thrown away until the client's FIN. Closed at once, what the client sends
 * afterwards (the rest of a body; window updates of HTTP/2, one for each piece that it takes) would
 * be answered with a reset by the kernel, which forgets what it had yet to send.
 *
 * <p>Limits: {@value #CLOSE_SECONDS} s once the client's host has acknowledged all, which only
 * epoll tells, and {@value #DELIVER_SECONDS} s in all; {@value #BYTES_MAX} bytes. On one event
 * loop.
 */
final class Lingering {
  static final int CLOSE_SECONDS = 1;
  static final int DELIVER_SECONDS = 30;
  static final long BYTES_MAX = 64 * 1024 * 1024;

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
  private static final long DELIVER_NANOS = TimeUnit.SECONDS.toNanos(DELIVER_SECONDS);

  /** As Linux numbers them: our FIN is not sent; it is sent, and not acknowledged. */
  private static final int TCP_ESTABLISHED = 1;

  private static final int TCP_FIN_WAIT1 = 4;

  private final Channel channel;
  private final EpollTcpInfo info;
  private final long sinceNanos;
  private long deliveredNanos;
  private long bytes;

  private Lingering(Loop loop, Channel channel) {
    this.channel = channel;
    this.info = loop.tcpInfo;
    this.sinceNanos = loop.nanos();
    this.deliveredNanos = sinceNanos;
  }

  /** Begins behind what was written so far; whoever has the channel hands on reads and looks. */
  static Lingering on(Loop loop, Channel channel) {
    Lingering begun = new Lingering(loop, channel);
    begun.begin();
    return begun;
  }

  private void begin() {
    if (!(channel instanceof DuplexChannel duplex)
        || !channel.isActive()
        || duplex.isInputShutdown()) {
      TlsClosing.close(channel);
      return;
    }
    // the client's FIN is the end then: to end only its half of what is closed fails, at a price
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    channel.config().setAutoRead(true);
    if (DirectSocket.of(channel).endOutput()) {
      return;
    }
    var _ =
        channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(
                _ -> {
                  var _ = TlsClosing.endOutput(duplex);
                });
  }

  /** Takes ownership. */
  void read(ByteBuf late) {
    bytes += late.readableBytes();
    late.release();
    if (bytes > BYTES_MAX) {
      TlsClosing.cut(channel);
    }
  }

  /** Called at each look for what has waited too long. */
  void check(long nowNanos) {
    if (underWay()) {
      deliveredNanos = nowNanos;
    }
    if (nowNanos - deliveredNanos > CLOSE_NANOS || nowNanos - sinceNanos > DELIVER_NANOS) {
      TlsClosing.cut(channel);
    }
  }

  /** The client's host has not acknowledged our FIN, and so may lack what was before it. */
  private boolean underWay() {
    if (!(channel instanceof EpollSocketChannel tcp) || !tcp.isActive()) {
      return false;
    }
    tcp.tcpInfo(info);
    int state = info.state();
    return state == TCP_ESTABLISHED || state == TCP_FIN_WAIT1;
  }
}
