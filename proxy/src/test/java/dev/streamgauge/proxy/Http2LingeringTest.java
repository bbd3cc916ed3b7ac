package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a client is still owed when its connection ends from our side is not lost to what it sends.
 */
@Timeout(30)
final class Http2LingeringTest {
  /** More than the client's socket holds, and less than ours does. */
  private static final int BYTES = 300_000;

  private static ScriptedUpstream large() throws IOException {
    return ScriptedUpstream.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: " + BYTES + "\r\n\r\n" + "q".repeat(BYTES));
  }

  /** Takes little at a time. */
  private static Http2Peer slow(TestProxy proxy) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(proxy.address().getAddress(), proxy.address().getPort()));
    return Http2Peer.client(socket);
  }

  private static int takeAll(Http2Peer client, int streamId) throws IOException {
    int bytes = 0;
    Http2Frame frame = client.on(streamId);
    while (!frame.end()) {
      bytes += frame.payload().length;
      client.windowUpdate(0, Math.max(1, frame.payload().length));
      frame = client.on(streamId);
    }
    return bytes + frame.payload().length;
  }

  @Test
  void theProcessEndsOnlyWhenASlowClientHasTheEndOfItsAnswer() throws Exception {
    try (ScriptedUpstream upstream = large();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = slow(proxy)) {
      client.get(1, "/");
      var _ = proxy.next(Outcome.OK, 200); // the kernel has all of it
      CompletableFuture<Boolean> stopped = stopping(proxy);
      assertThat(stopped).isNotCompleted();
      assertThat(takeAll(client, 1)).isEqualTo(BYTES);
      client.awaitEnd();
      client.socket().close();
      assertThat(stopped).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(true);
    }
  }

  /** Half a second into its end: without a wait it would be over by then. */
  private static CompletableFuture<Boolean> stopping(TestProxy proxy) throws Exception {
    CompletableFuture<Boolean> stopped =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return proxy.server.drainAndStop("test");
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try {
      var _ = stopped.get(500, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // As it should be.
    }
    return stopped;
  }

  /** Nor is the end of the process held up for longer than the rest of a pod's grace. */
  @Test
  void aClientThatTakesNothingDoesNotHoldUpTheEndForLong() throws Exception {
    try (ScriptedUpstream upstream = large();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = slow(proxy)) {
      client.get(1, "/");
      var _ = proxy.next(Outcome.OK, 200);
      assertThat(stopping(proxy)).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(true);
    }
  }
}
