package dev.streamgauge.proxy;

import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the upstream accepts connections: one look at a time, on a thread of its own since a
 * connect may take its time. Who asks while one is under way gets its answer. On one thread.
 */
final class Readiness {
  private static final int MILLIS_MAX = 500;

  private final ProxyServer proxy;
  private @Nullable CompletableFuture<Boolean> looking;

  Readiness(ProxyServer proxy) {
    this.proxy = proxy;
  }

  /** Completes on the looking thread, after 1 s at most. */
  CompletableFuture<Boolean> look() {
    CompletableFuture<Boolean> underWay = looking;
    if (underWay != null && !underWay.isDone()) {
      return underWay;
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    looking = result;
    Thread.ofPlatform().daemon().name("readiness").start(() -> result.complete(upstreamAccepts()));
    return result;
  }

  private boolean upstreamAccepts() {
    try {
      SocketAddress address = proxy.resolveUpstream().get(MILLIS_MAX, TimeUnit.MILLISECONDS);
      return switch (address) {
        case DomainSocketAddress socket -> accepts(UnixDomainSocketAddress.of(socket.path()));
        case UnixDomainSocketAddress socket -> accepts(socket);
        default -> accepts(address);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException | ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private static boolean accepts(SocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, MILLIS_MAX);
      return true;
    }
  }

  /** There is no waiting: the connection is there at once, or its server's queue is full. */
  private static boolean accepts(UnixDomainSocketAddress address) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      return channel.connect(address);
    }
  }
}
