package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.ClientTls;
import dev.streamgauge.proxy.tls.ServerTls;
import dev.streamgauge.proxy.tls.TlsEnd;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;

/** A connect that is done when the TLS handshake is, and whose cancelling ends either. */
final class SecureConnect extends ChannelInitializer<Channel> {
  private final ClientTls tls;
  private final UpstreamConnection connection;

  private SecureConnect(ClientTls tls, UpstreamConnection connection) {
    this.tls = tls;
    this.connection = connection;
  }

  static ChannelFuture to(
      SocketAddress address,
      Bootstrap bootstrap,
      ClientTls tls,
      UpstreamConnection connection,
      LiveMetrics live) {
    ChannelFuture tcp = bootstrap.handler(new SecureConnect(tls, connection)).connect(address);
    ChannelPromise ready = tcp.channel().newPromise();
    var _ = tcp.addListener(_ -> connected(tcp, ready, live));
    var _ =
        ready.addListener(
            done -> {
              if (done.isCancelled()) {
                tcp.cancel(true);
                var _ = tcp.channel().close();
              }
            });
    return ready;
  }

  /** Whether the handshake that is over ended with HTTP/2. */
  static boolean agreedOnHttp2(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    return handler != null && ServerTls.HTTP_2.equals(handler.applicationProtocol());
  }

  private static void connected(ChannelFuture tcp, ChannelPromise ready, LiveMetrics live) {
    SslHandler handler = tcp.channel().pipeline().get(SslHandler.class);
    if (!tcp.isSuccess()) {
      ready.tryFailure(tcp.cause());
    } else if (handler == null) {
      ready.tryFailure(new IllegalStateException("closed"));
    } else {
      var _ = handler.handshakeFuture().addListener(shaken -> done(shaken, ready, live));
    }
  }

  /** Of one that was cancelled nothing has failed. */
  private static void done(Future<?> shaken, ChannelPromise ready, LiveMetrics live) {
    if (shaken.isSuccess()) {
      ready.trySuccess();
    } else if (!ready.isDone()) {
      live.tlsHandshakeFailed(TlsSide.UPSTREAM); // first, so that it is counted where it is told of
      ready.tryFailure(shaken.cause());
    }
  }

  @Override
  protected void initChannel(Channel channel) {
    var _ =
        channel
            .pipeline()
            .addLast(tls.handler(channel.alloc()))
            .addLast(TlsEnd.ofServer())
            .addLast(connection);
  }
}
