package dev.streamgauge.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
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
      if (!(address instanceof InetSocketAddress)) {
        return true;
      }
      try (Socket socket = new Socket()) {
        socket.connect(address, MILLIS_MAX);
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException | ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
