package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.UpstreamAddress;
import dev.streamgauge.proxy.tls.ClientTls;
import dev.streamgauge.telemetry.LiveMetrics.ConnectionState;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop. Idle ones are kept shorter than a server keeps them
 * (uvicorn: 5 s), the last one that came back is taken first, and past {@code --upstream-max-idle}
 * one that comes back is closed. What is spoken on them is known with the address, or when the
 * first TLS handshake has shown it. On the loop's thread only.
 */
final class UpstreamPool {
  private final Loop loop;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Http2Pool http2;
  private @Nullable Bootstrap bootstrap;
  private boolean speaksHttp2;

  UpstreamPool(Loop loop) {
    this.loop = loop;
    this.http2 = new Http2Pool(loop, this::openHttp2);
    this.speaksHttp2 = loop.shared.upstream().address().priorKnowledge();
  }

  /** A way over an open connection for this exchange, or null. */
  @Nullable UpstreamLink takeIdle(long nowNanos) {
    UpstreamConnection connection;
    while ((connection = idle.pollLast()) != null) {
      leftThePool();
      if (!connection.expired(nowNanos, settings().keepAlive().toNanos())) {
        return connection;
      }
      connection.close();
    }
    return speaksHttp2 ? http2.take() : null;
  }

  /**
   * Connects; {@link Exchange#connected} or {@link Exchange#connectFailed} follows, not before
   * return.
   */
  void connect(Exchange exchange) {
    if (speaksHttp2) {
      http2.connect(exchange);
      return;
    }
    withAddress(
        address -> {
          if (exchange.wantsConnection()) {
            connect(exchange, address);
          }
        },
        failure -> exchange.connectFailed("the upstream's name is not known", failure));
  }

  /** What to do with the address, or with what kept us from it. */
  private void withAddress(Consumer<SocketAddress> known, Consumer<Throwable> unknown) {
    CompletableFuture<SocketAddress> resolved = loop.shared.upstream().resolve(loop.nanos());
    var _ =
        resolved.whenComplete(
            (address, failure) ->
                loop.eventLoop.execute(
                    () -> {
                      if (address == null) {
                        unknown.accept(failure);
                      } else {
                        known.accept(address);
                      }
                    }));
  }

  private void connect(Exchange exchange, SocketAddress address) {
    UpstreamConnection connection = new UpstreamConnection(loop);
    long startedNanos = loop.nanos();
    ClientTls tls = loop.shared.upstream().tls();
    ChannelFuture connecting =
        tls == null
            ? bootstrap().clone().handler(connection).connect(address)
            : SecureConnect.to(address, bootstrap().clone(), tls, connection, loop.live());
    exchange.connecting(() -> connecting.cancel(true));
    var _ =
        connecting.addListener(
            _ -> {
              if (connecting.isSuccess()) {
                loop.live().upstreamConnected(loop.nanos() - startedNanos);
                connected(exchange, connection);
              } else if (!connecting.isCancelled()) {
                exchange.connectFailed("the upstream did not accept", connecting.cause());
              }
            });
  }

  private void connected(Exchange exchange, UpstreamConnection connection) {
    if (SecureConnect.agreedOnHttp2(connection.channel())) {
      speaksHttp2 = true;
      if (http2.full()) {
        connection.close();
      } else {
        connection.channel().pipeline().replace(connection, null, http2.adopted());
      }
      http2.connect(exchange);
      return;
    }
    loop.live().upstreamConnections(ConnectionState.ACTIVE, 1);
    connection.opened();
    exchange.connected(connection);
  }

  /** One more connection for {@link Http2Pool}. */
  private void openHttp2() {
    withAddress(
        this::openHttp2, failure -> http2.failed("the upstream's name is not known", failure));
  }

  private void openHttp2(SocketAddress address) {
    long startedNanos = loop.nanos();
    ClientTls tls = loop.shared.upstream().tls();
    UpstreamConnection first = new UpstreamConnection(loop);
    ChannelFuture connecting =
        tls == null
            ? bootstrap().clone().handler(http2.begun(false)).connect(address)
            : SecureConnect.to(address, bootstrap().clone(), tls, first, loop.live());
    var _ =
        connecting.addListener(
            _ -> {
              if (!connecting.isSuccess()) {
                http2.failed("the upstream did not accept", connecting.cause());
                return;
              }
              loop.live().upstreamConnected(loop.nanos() - startedNanos);
              if (tls == null) {
                return; // its handler tells when it is ready
              }
              if (SecureConnect.agreedOnHttp2(connecting.channel())) {
                connecting.channel().pipeline().replace(first, null, http2.begun(true));
              } else {
                speaksHttp2 = false;
                first.close();
                http2.leaveTo(this::connect);
              }
            });
  }

  void giveBack(UpstreamConnection connection, long nowNanos) {
    if (idle.size() >= settings().idleMax() || loop.shared.drain().draining()) {
      connection.close();
      return;
    }
    connection.idleSince(nowNanos);
    idle.addLast(connection);
    loop.live().upstreamConnections(ConnectionState.ACTIVE, -1);
    loop.live().upstreamConnections(ConnectionState.IDLE, 1);
  }

  /** An idle connection was closed by the server. */
  void remove(UpstreamConnection connection) {
    if (idle.remove(connection)) {
      leftThePool();
    }
  }

  private void leftThePool() {
    loop.live().upstreamConnections(ConnectionState.IDLE, -1);
    loop.live().upstreamConnections(ConnectionState.ACTIVE, 1);
  }

  /** How many wait, of either protocol. */
  int idle() {
    return idle.size() + http2.idle();
  }

  void closeExpired(long nowNanos) {
    long keptNanos = settings().keepAlive().toNanos();
    UpstreamConnection oldest;
    while ((oldest = idle.peekFirst()) != null && oldest.expired(nowNanos, keptNanos)) {
      remove(oldest);
      oldest.close();
    }
    http2.closeExpired(nowNanos, keptNanos);
  }

  void closeIdle() {
    UpstreamConnection connection;
    while ((connection = idle.pollLast()) != null) {
      leftThePool();
      connection.close();
    }
    http2.closeAll();
  }

  private ProxySettings.Upstream settings() {
    return loop.shared.settings().upstream();
  }

  private Bootstrap bootstrap() {
    Bootstrap made = bootstrap;
    if (made == null) {
      Upstream upstream = loop.shared.upstream();
      made =
          new Bootstrap()
              .group(loop.eventLoop)
              .channel(upstream.transport().channel(upstream.address()))
              .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .option(ChannelOption.AUTO_CLOSE, false)
              .option(
                  ChannelOption.CONNECT_TIMEOUT_MILLIS,
                  (int) loop.shared.settings().timeouts().upstreamConnect().toMillis());
      if (upstream.tls() == null && !upstream.address().priorKnowledge()) {
        // TLS and HTTP/2 keep what they read of a record or a frame until the rest is there.
        made.option(ChannelOption.RECVBUF_ALLOCATOR, loop.readBuffer);
      }
      if (upstream.address() instanceof UpstreamAddress.Tcp) {
        made.option(ChannelOption.TCP_NODELAY, true);
        upstream.transport().keepAlive(made);
      }
      bootstrap = made;
    }
    return made;
  }
}
