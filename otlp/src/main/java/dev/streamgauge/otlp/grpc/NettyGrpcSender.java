package dev.streamgauge.otlp.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Unary calls over one connection of HTTP/2, opened when it is needed. All state belongs to one
 * event loop, which all senders share. A call that takes too long ends with its connection, so that
 * a collector that hangs holds one batch at most. Nothing is tried again: the next batch is soon.
 */
final class NettyGrpcSender implements GrpcSender {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private final GrpcSenderConfig config;
  private final CallHead head;
  private final Bootstrap bootstrap;
  private @Nullable Channel connection;

  NettyGrpcSender(GrpcSenderConfig config) {
    this.config = config;
    this.head = new CallHead(config);
    URI endpoint = config.getEndpoint();
    boolean secure = "https".equalsIgnoreCase(endpoint.getScheme());
    int port = endpoint.getPort() > 0 ? endpoint.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
    String host = endpoint.getHost();
    CollectorTls tls = secure ? new CollectorTls(config, host, port) : null;
    this.bootstrap =
        new Bootstrap()
            .group(Shared.LOOP)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.getConnectTimeout().toMillis())
            .remoteAddress(host, port)
            .handler(new Connection(tls));
  }

  /** One thread for all of them, made with the first. */
  private static final class Shared {
    static final EventLoopGroup LOOP =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("otlp-grpc", true), NioIoHandler.newFactory());
  }

  @Override
  public void send(
      MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
    byte[] framed;
    try {
      framed = FramedMessage.of(message, config.getCompressor());
    } catch (IOException e) {
      onError.accept(e);
      return;
    }
    Call call = new Call(config.getMaxResponseBodySize(), onResponse, onError);
    Shared.LOOP.execute(() -> begin(call, framed));
  }

  @Override
  public CompletableResultCode shutdown() {
    CompletableResultCode done = new CompletableResultCode();
    Shared.LOOP.execute(
        () -> {
          drop();
          done.succeed();
        });
    return done;
  }

  private void begin(Call call, byte[] framed) {
    var _ =
        Shared.LOOP.schedule(
            () -> {
              if (call.fail(new TimeoutException("no answer within " + config.getTimeout()))) {
                drop();
              }
            },
            config.getTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    Channel open = connection;
    if (open != null && open.isActive()) {
      write(open, call, framed);
      return;
    }
    var _ =
        bootstrap
            .connect()
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    connection = connected.channel();
                    write(connected.channel(), call, framed);
                  } else {
                    var _ = call.fail(connected.cause());
                  }
                });
  }

  private void write(Channel open, Call call, byte[] framed) {
    if (call.over()) {
      return;
    }
    var _ =
        new Http2StreamChannelBootstrap(open)
            .handler(call)
            .open()
            .addListener(
                (Future<Http2StreamChannel> opened) -> {
                  if (!opened.isSuccess()) {
                    var _ = call.fail(opened.cause());
                    return;
                  }
                  Http2StreamChannel stream = opened.getNow();
                  var _ = stream.write(new DefaultHttp2HeadersFrame(head.fields(), false));
                  var _ =
                      stream
                          .writeAndFlush(
                              new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(framed), true))
                          .addListener(
                              written -> {
                                if (!written.isSuccess()) {
                                  var _ = call.fail(written.cause());
                                }
                              });
                });
  }

  private void drop() {
    Channel open = connection;
    connection = null;
    if (open != null) {
      var _ = open.close();
    }
  }

  /** What stands on a connection; streams are ours alone, so none of the server's is taken. */
  private static final class Connection extends ChannelInitializer<Channel> {
    private final @Nullable CollectorTls tls;

    Connection(@Nullable CollectorTls tls) {
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

  static IOException closed() {
    return new ConnectException("the collector closed the connection");
  }
}
