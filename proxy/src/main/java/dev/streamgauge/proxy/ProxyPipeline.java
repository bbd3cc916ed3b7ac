package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.HandshakeFailures;
import dev.streamgauge.proxy.tls.ServerTls;
import dev.streamgauge.proxy.tls.TlsEnd;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands on a client's connection, in order; the only place that knows. HTTP/1.1 is read by
 * one handler, straight from the socket's buffers: no codec, aggregator, compressor or flush
 * consolidation may come before it, since each of them holds bytes back or changes them.
 */
final class ProxyPipeline extends ChannelInitializer<Channel> {
  private final Map<EventLoop, Loop> loops;
  private final @Nullable ServerTls tls;
  private final HandshakeFailures failures;

  /**
   * Of all listeners.
   *
   * @param tls null for plain text
   */
  ProxyPipeline(Map<EventLoop, Loop> loops, @Nullable ServerTls tls, HandshakeFailures failures) {
    this.loops = loops;
    this.tls = tls;
    this.failures = failures;
  }

  @Override
  protected void initChannel(Channel channel) {
    Loop loop = loops.get(channel.eventLoop());
    if (loop == null) {
      var _ = channel.close();
      return;
    }
    channel.config().setRecvByteBufAllocator(new ClientReads());
    if (tls != null) {
      SslHandler handler = tls.handler(channel.alloc());
      channel.pipeline().addLast(handler).addLast(TlsEnd.ofClient(failures));
      loop.handshakes.begin(channel, handler);
    }
    channel.pipeline().addLast(new ClientConnection(loop, channel, tls != null));
  }
}
