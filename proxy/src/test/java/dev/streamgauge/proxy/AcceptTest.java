package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A busy loop takes in all the connections that wait, not one in each of its turns. */
@Timeout(30)
final class AcceptTest {
  private static final int WAITING = 40;

  @Test
  void connectionsThatWaitTogetherAreAcceptedBeforeTheFirstOfThemIsServed() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("");
        TestProxy proxy = TestProxy.before(upstream)) {
      CompletableFuture<Integer> openAtFirst = new CompletableFuture<>();
      proxy.seen = _ -> openAtFirst.complete(proxy.server.connections());
      CountDownLatch busy = new CountDownLatch(1);
      var _ = proxy.server.eventLoops().getFirst().submit(() -> busy.await(10, TimeUnit.SECONDS));
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < WAITING; i++) {
        clients.add(proxy.send("nonsense\r\n\r\n"));
      }
      busy.countDown();
      assertThat(openAtFirst.join()).isEqualTo(WAITING);
      for (Socket client : clients) {
        client.close();
        proxy.next(Outcome.CALLER_INVALID, 400);
      }
    }
  }
}
