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
import org.jspecify.annotations.Nullable;

/**
 * The upstream connections of one event loop. Idle ones are kept shorter than a server keeps them
 * (uvicorn: 5 s), the last one that came back is taken first, and past {@code --upstream-max-idle}
 * one that comes back is closed. On the loop's thread only.
 */
final class UpstreamPool {
  private final Loop loop;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private @Nullable Bootstrap bootstrap;

  UpstreamPool(Loop loop) {
    this.loop = loop;
  }

  /** An idle connection for this exchange, or null. */
  @Nullable UpstreamConnection takeIdle(long nowNanos) {
    UpstreamConnection connection;
    while ((connection = idle.pollLast()) != null) {
      leftThePool();
      if (!connection.expired(nowNanos, settings().keepAlive().toNanos())) {
        return connection;
      }
      connection.close();
    }
    return null;
  }

  /**
   * Connects; {@link Exchange#connected} or {@link Exchange#connectFailed} follows, not before
   * return.
   */
  void connect(Exchange exchange) {
    CompletableFuture<SocketAddress> resolved = loop.shared.upstream().resolve(loop.nanos());
    var _ =
        resolved.whenComplete(
            (address, failure) ->
                loop.eventLoop.execute(
                    () -> {
                      if (address == null) {
                        exchange.connectFailed("the upstream's name is not known", failure);
                      } else if (exchange.wantsConnection()) {
                        connect(exchange, address);
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
    exchange.connecting(connecting);
    var _ =
        connecting.addListener(
            _ -> {
              if (connecting.isSuccess()) {
                loop.live().upstreamConnected(loop.nanos() - startedNanos);
                loop.live().upstreamConnections(ConnectionState.ACTIVE, 1);
                connection.opened();
                exchange.connected(connection);
              } else if (!connecting.isCancelled()) {
                exchange.connectFailed("the upstream did not accept", connecting.cause());
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

  /** How many wait. */
  int idle() {
    return idle.size();
  }

  void closeExpired(long nowNanos) {
    UpstreamConnection oldest;
    while ((oldest = idle.peekFirst()) != null
        && oldest.expired(nowNanos, settings().keepAlive().toNanos())) {
      remove(oldest);
      oldest.close();
    }
  }

  void closeIdle() {
    UpstreamConnection connection;
    while ((connection = idle.pollLast()) != null) {
      leftThePool();
      connection.close();
    }
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
      if (upstream.tls() == null) {
        // TLS keeps what it read of a record until the rest is there, so it reads into its own.
        made.option(ChannelOption.RECVBUF_ALLOCATOR, loop.readBuffer);
      }
      if (upstream.address() instanceof UpstreamAddress.Tcp) {
        made.option(ChannelOption.TCP_NODELAY, true);
      }
      bootstrap = made;
    }
    return made;
  }
}
