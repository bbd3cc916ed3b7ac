package dev.streamgauge.proxy;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.UpstreamAddress;
import dev.streamgauge.proxy.tls.ClientTls;
import dev.streamgauge.proxy.tls.TlsWords;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.NetUtil;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Where the model server is. A literal address is known at once; a name is looked up on a thread of
 * its own, never on an event loop, and again when the answer is older than ten seconds.
 * Thread-safe.
 */
final class Upstream {
  private static final long RESOLVED_FOR_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final UpstreamAddress address;
  private final Transport transport;
  private final @Nullable ClientTls tls;
  private final @Nullable SocketAddress literal;
  private final String host;
  private @Nullable CompletableFuture<SocketAddress> lookup;
  private long lookedUpAtNanos;

  /**
   * An address that is not looked up yet.
   *
   * @param tls null for plain text
   */
  Upstream(UpstreamAddress address, Transport transport, @Nullable ClientTls tls) {
    this.address = address;
    this.transport = transport;
    this.tls = tls;
    this.literal = literal(address, transport);
    this.host =
        switch (address) {
          case UpstreamAddress.Tcp(_, String name, int port) -> new HostPort(name, port).toString();
          case UpstreamAddress.Unix _ -> "localhost";
        };
  }

  UpstreamAddress address() {
    return address;
  }

  Transport transport() {
    return transport;
  }

  @Nullable ClientTls tls() {
    return tls;
  }

  /** What an HTTP/1.0 request without Host is given. */
  String host() {
    return host;
  }

  /** The socket address; completes on any thread. */
  synchronized CompletableFuture<SocketAddress> resolve(long nowNanos) {
    if (literal != null) {
      return CompletableFuture.completedFuture(literal);
    }
    CompletableFuture<SocketAddress> current = lookup;
    if (current != null && !stale(current, nowNanos)) {
      return current;
    }
    CompletableFuture<SocketAddress> renewed = new CompletableFuture<>();
    lookup = renewed;
    lookedUpAtNanos = nowNanos;
    lookUp((UpstreamAddress.Tcp) address, renewed);
    return renewed;
  }

  private boolean stale(CompletableFuture<SocketAddress> lookedUp, long nowNanos) {
    return lookedUp.isCompletedExceptionally()
        || (lookedUp.isDone() && nowNanos - lookedUpAtNanos > RESOLVED_FOR_NANOS);
  }

  private static void lookUp(UpstreamAddress.Tcp address, CompletableFuture<SocketAddress> answer) {
    Thread.ofPlatform()
        .daemon()
        .name("resolve")
        .start(
            () -> {
              try {
                answer.complete(
                    new InetSocketAddress(InetAddress.getByName(address.host()), address.port()));
              } catch (UnknownHostException e) {
                answer.completeExceptionally(e);
              }
            });
  }

  private static @Nullable SocketAddress literal(UpstreamAddress address, Transport transport) {
    return switch (address) {
      case UpstreamAddress.Unix(var path) -> transport.unix(path);
      case UpstreamAddress.Tcp(_, String name, int port) -> {
        InetAddress known = NetUtil.createInetAddressFromIpAddressString(name);
        yield known == null ? null : new InetSocketAddress(known, port);
      }
    };
  }

  /** Why it did not accept, in words. */
  static String refusal(Throwable cause) {
    return switch (cause) {
      case ConnectTimeoutException _ -> "no answer in time";
      case FileNotFoundException _ -> "no such socket";
      case UnknownHostException _ -> "host unknown";
      case NoRouteToHostException _ -> "no route to it";
      case ConnectException _ -> "connection refused";
      case SSLException _, ClosedChannelException _ -> TlsWords.of(cause);
      default -> cause.getClass().getSimpleName();
    };
  }
}
