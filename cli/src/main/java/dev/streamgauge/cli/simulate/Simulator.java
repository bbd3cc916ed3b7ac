package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Option;
import dev.streamgauge.proxy.CannotListen;
import dev.streamgauge.proxy.Transport;
import dev.streamgauge.timeline.Ticker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A model server without a model. Answers with the timing and the faults that its settings, or a
 * request's {@link Wishes}, ask for. The same seed and order of requests give the same bytes.
 *
 * <p>Limits: request heads as Netty's decoder has them, bodies of any size in constant memory.
 */
public final class Simulator implements AutoCloseable {
  private final Serving serving;
  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup group;
  private @Nullable InetSocketAddress grpcAddress;

  public Simulator(SimulatorSettings settings) {
    this.serving = new Serving(settings, new SimulatorStats(), Ticker.system());
    this.group = transport.group(settings.eventLoops(), "simulate");
  }

  /** Starts to listen and returns the address for HTTP; a port in use is named in the exception. */
  public InetSocketAddress start() throws IOException {
    SimulatorSettings settings = serving.settings();
    InetSocketAddress address = listen(SimulateOptions.LISTEN, settings.listen(), http());
    HostPort forGrpc = settings.grpcListen();
    if (forGrpc != null) {
      grpcAddress =
          listen(SimulateOptions.GRPC_LISTEN, forGrpc, GrpcConnection.initializer(serving));
    }
    return address;
  }

  /** Once it is started; null where no gRPC is served. */
  public @Nullable InetSocketAddress grpcAddress() {
    return grpcAddress;
  }

  private ChannelInitializer<Channel> http() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel
            .pipeline()
            .addLast(new HttpRequestDecoder(new HttpDecoderConfig()))
            .addLast(new SimulatorConnection(serving));
      }
    };
  }

  private InetSocketAddress listen(
      Option<?> option, HostPort address, ChannelInitializer<Channel> connections)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(connections)
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new CannotListen(option, address, bound.cause());
    }
    return (InetSocketAddress) bound.channel().localAddress();
  }

  public SimulatorStats stats() {
    return serving.stats();
  }

  /** Cuts off what is under way. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
