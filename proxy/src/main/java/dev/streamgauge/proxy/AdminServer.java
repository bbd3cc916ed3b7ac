package dev.streamgauge.proxy;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.TlsOptions;
import dev.streamgauge.proxy.tls.FileWatch;
import dev.streamgauge.proxy.tls.HandshakeFailures;
import dev.streamgauge.proxy.tls.NamedFile;
import dev.streamgauge.proxy.tls.SecretWord;
import dev.streamgauge.proxy.tls.ServerTls;
import dev.streamgauge.proxy.tls.UnusableFile;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.timeline.Ticker;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Metrics and health, on a thread of its own: nothing that happens here can hold up a stream. */
public final class AdminServer {
  /** Connections at once; see {@link AdminConnections}. */
  static final int CONNECTIONS_MAX = 64;

  private static final int REQUEST_BYTES_MAX = 64 * 1024;

  /** Longer than between two scrapes: their connection shall last. */
  private static final int IDLE_SECONDS_MAX = 330;

  private final ProxyServer proxy;
  private final Readiness readiness;
  private final LiveMetrics live;
  private final MultiThreadIoEventLoopGroup group;
  private final Transport transport = Transport.best();
  private final AdminConnections connections = new AdminConnections(CONNECTIONS_MAX);
  private final SharedPage page;
  private final FileWatch watch;
  private final @Nullable ServerTls tls;
  private final AdminAccess access;
  private final EngineScraper scraper;
  private final Telemetry telemetry;
  private final AdminFiles files = new AdminFiles();
  private final AdminLive viewers;

  /** Reads the files that the settings name; what is wrong with one stands in the exception. */
  public AdminServer(ProxyServer proxy, Telemetry telemetry) throws UnusableFile {
    this.proxy = proxy;
    this.live = telemetry.live();
    this.telemetry = telemetry;
    ProxySettings settings = proxy.settings();
    this.watch = new FileWatch(settings.tls().reloadInterval(), System.err::println);
    this.tls = TlsSides.admin(settings, watch);
    Path token = settings.tls().adminToken();
    String drainToken = settings.tls().drainToken();
    this.access =
        new AdminAccess(
            token == null
                ? null
                : SecretWord.of(new NamedFile(TlsOptions.ADMIN_TOKEN_FILE, token), watch),
            drainToken == null ? null : SecretWord.of(drainToken));
    this.readiness = new Readiness(proxy);
    this.group = transport.group(1, "admin");
    EventLoop thread = group.next();
    this.page = new SharedPage(telemetry, thread, Ticker.system());
    this.scraper =
        new EngineScraper(
            settings.engine(),
            EngineScraper.targets(settings, transport, watch),
            telemetry.engine(),
            thread,
            Ticker.system(),
            System.err::println);
    this.viewers =
        new AdminLive(
            proxy.board(),
            telemetry,
            new AdminLiveFacts(proxy, scraper),
            readiness,
            thread,
            Ticker.system());
  }

  /** Starts to listen and returns the address; a port in use is named in the exception. */
  public InetSocketAddress start(HostPort address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(transport.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accepted(channel);
                  }
                })
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new CannotListen(ProxyOptions.ADMIN, address, bound.cause());
    }
    scraper.start();
    viewers.start();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** On the one admin thread. */
  private void accepted(Channel channel) {
    AdminHandler handler =
        new AdminHandler(
            channel, proxy, page, readiness, connections, access, telemetry::gate, files, viewers);
    if (!connections.add(handler)) {
      var _ = channel.close();
      return;
    }
    var _ = channel.closeFuture().addListener(_ -> connections.remove(handler));
    if (tls != null) {
      SslHandler handshaking = tls.handler(channel.alloc());
      var _ =
          handshaking
              .handshakeFuture()
              .addListener(shaken -> HandshakeFailures.count(live, TlsSide.ADMIN, shaken.cause()));
      channel.pipeline().addLast(handshaking);
    }
    channel
        .pipeline()
        .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS_MAX))
        .addLast(new HttpServerCodec())
        .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX))
        .addLast(handler);
  }

  EngineScraper scraper() {
    return scraper;
  }

  public void close() {
    scraper.close();
    viewers.close();
    watch.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
