package dev.streamgauge.cli.simulate;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A client's connection in HTTP/2, by prior knowledge, with up to {@value #CALLS_MAX} calls at
 * once. Idle, it ends with a GOAWAY. All on its event loop.
 */
final class GrpcConnection extends ChannelInboundHandlerAdapter {
  private static final int CALLS_MAX = 1024;
  private static final long LINGER_SECONDS = 1;

  private final Serving serving;
  private final Channel channel;
  private final DeadlineTimer idle;
  private int calls;
  private boolean closesOnReuse;

  private GrpcConnection(Serving serving, Channel channel) {
    this.serving = serving;
    this.channel = channel;
    idle = new DeadlineTimer(channel.eventLoop(), serving.ticker(), this::leave);
  }

  static ChannelInitializer<Channel> initializer(Serving serving) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        install(channel.pipeline(), new GrpcConnection(serving, channel));
      }
    };
  }

  private static void install(ChannelPipeline pipeline, GrpcConnection connection) {
    Http2Settings limits = Http2Settings.defaultSettings().maxConcurrentStreams(CALLS_MAX);
    pipeline
        .addLast(Http2FrameCodecBuilder.forServer().initialSettings(limits).build())
        .addLast(
            new Http2MultiplexHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel call) {
                    call.pipeline().addLast(new GrpcCall(connection, call));
                  }
                }))
        .addLast(connection);
  }

  Serving serving() {
    return serving;
  }

  /** False if the connection ends instead. */
  boolean callBegins() {
    if (closesOnReuse) {
      fin();
      return false;
    }
    calls++;
    idle.cancel();
    return true;
  }

  void callEnded() {
    calls--;
    startIdling();
  }

  void closeOnReuse() {
    closesOnReuse = true;
  }

  private void startIdling() {
    Duration timeout = serving.settings().idleTimeout();
    if (calls == 0 && timeout != null && channel.isActive()) {
      idle.at(serving.ticker().nanos() + timeout.toNanos());
    }
  }

  private void leave() {
    var _ = channel.close();
  }

  /** FIN, without a word in HTTP/2. */
  void fin() {
    // A close with unread bytes would become an RST, which may overtake the answer.
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> shutdownOutput());
    var _ = channel.eventLoop().schedule(this::closeAtOnce, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private void shutdownOutput() {
    var _ = ((DuplexChannel) channel).shutdownOutput();
  }

  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    closeAtOnce();
  }

  /** Past the codec, which would say GOAWAY and wait for the calls. */
  private void closeAtOnce() {
    ChannelHandlerContext codec = channel.pipeline().context(Http2FrameCodec.class);
    if (codec != null) {
      var _ = codec.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    startIdling();
    context.fireChannelActive();
  }

  /** Frames of the connection itself: the codec has seen to them. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    idle.cancel();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    closeAtOnce();
  }
}
