package dev.streamgauge.otlp.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one connection to a collector, opened when it is needed. All of it on one event loop. */
final class CollectorConnection {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final EventLoop loop;
  private final CallHead head;
  private final Bootstrap bootstrap;
  private @Nullable Channel open;

  CollectorConnection(GrpcSenderConfig config, EventLoop loop) {
    this.loop = loop;
    this.head = new CallHead(config);
    URI endpoint = config.getEndpoint();
    boolean secure = "https".equalsIgnoreCase(endpoint.getScheme());
    int port = endpoint.getPort() > 0 ? endpoint.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    String host = endpoint.getHost();
    CollectorTls tls = secure ? new CollectorTls(config, host, port) : null;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.getConnectTimeout().toMillis())
            .remoteAddress(host, port)
            .handler(new Handlers(tls));
  }

  EventLoop loop() {
    return loop;
  }

  /** Begins a call, on a connection that may have to be opened first. */
  void send(Call call, byte[] framed, Duration timeLeft) {
    Channel there = open;
    if (there != null && there.isActive()) {
      write(there, call, framed, timeLeft);
      return;
    }
    var _ =
        bootstrap
            .connect()
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    open = connected.channel();
                    write(connected.channel(), call, framed, timeLeft);
                  } else {
                    call.lost(String.valueOf(connected.cause()));
                  }
                });
  }

  /** The next call opens a new one. */
  void drop() {
    Channel there = open;
    open = null;
    if (there != null) {
      var _ = there.close();
    }
  }

  private void write(Channel there, Call call, byte[] framed, Duration timeLeft) {
    if (call.over()) {
      return;
    }
    var _ =
        new Http2StreamChannelBootstrap(there)
            .handler(call)
            .open()
            .addListener(
                (Future<Http2StreamChannel> opened) -> {
                  if (!opened.isSuccess()) {
                    call.lost(String.valueOf(opened.cause()));
                    return;
                  }
                  Http2StreamChannel stream = opened.getNow();
                  var _ = stream.write(new DefaultHttp2HeadersFrame(head.fields(timeLeft), false));
                  var _ =
                      stream
                          .writeAndFlush(
                              new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(framed), true))
                          .addListener(
                              written -> {
                                if (!written.isSuccess()) {
                                  call.lost(String.valueOf(written.cause()));
                                }
                              });
                });
  }

  /** What stands on a connection; streams are ours alone, so none of the server's is taken. */
  private static final class Handlers extends ChannelInitializer<Channel> {
    private final @Nullable CollectorTls tls;

    Handlers(@Nullable CollectorTls tls) {
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (tls != null) {
        channel.pipeline().addLast(tls.handler(channel.alloc()));
      }
      channel
          .pipeline()
          .addLast(Http2FrameCodecBuilder.forClient().build())
          .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
          .addLast(new Faults());
    }
  }

  /** A connection that fails ends; its calls are told by the end of their streams. */
  private static final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
