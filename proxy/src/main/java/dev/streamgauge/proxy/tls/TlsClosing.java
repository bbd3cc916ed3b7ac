package dev.streamgauge.proxy.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/** How a connection that may speak TLS ends from our side. On its event loop. */
public final class TlsClosing {
  private TlsClosing() {}

  /** Whether it speaks TLS. */
  public static boolean secure(Channel channel) {
    return channel.pipeline().get(SslHandler.class) != null;
  }

  /** A FIN behind all that was written, and over TLS a close_notify before it. */
  public static ChannelFuture endOutput(DuplexChannel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return channel.shutdownOutput();
    }
    ChannelPromise ended = channel.newPromise();
    var _ =
        tls.closeOutbound()
            .addListener(
                _ -> {
                  var _ = channel.shutdownOutput(ended);
                });
    return ended;
  }

  /**
   * Closes at once: with close_notify if nothing waits before it, else without, since it would wait
   * for a peer that takes nothing.
   */
  public static void close(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (waiting == null || waiting.totalPendingWriteBytes() == 0) {
      var _ = channel.close();
    } else {
      cut(channel);
    }
  }

  /**
   * Closes the socket without close_notify: to the other side what it got so far is cut off, never
   * whole (RFC 8446 section 6.1).
   */
  public static void cut(Channel channel) {
    ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
    var _ = tls == null ? channel.close() : tls.close();
  }
}
