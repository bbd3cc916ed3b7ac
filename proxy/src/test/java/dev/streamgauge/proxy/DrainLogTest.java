package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log says why a drain began, when it was over, and what it cut off. */
@Timeout(60)
final class DrainLogTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void aDrainThatEndsByItselfCutsNothingOff() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    ScriptedUpstream.Script slow =
        (in, out, _) -> {
          readHead(in);
          try {
            var _ = answer.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          out.write(ascii(OK));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(slow);
        TestProxy proxy = TestProxy.before(upstream);
        Socket idle = proxy.connect();
        Socket busy = proxy.send(GET)) {
      TestProxy.await("both", () -> proxy.gauges.clients.get() == 2 && inFlight(proxy) == 1);
      CompletableFuture<Void> drained = proxy.server.drain("a test");
      assertThat(idle.getInputStream().read()).as("idle ones close at once").isNegative();
      assertThat(drained).isNotDone();
      answer.countDown();
      assertThat(readHead(busy.getInputStream())).startsWith("HTTP/1.1 200 ").contains("close");
      drained.get(10, TimeUnit.SECONDS);
      assertThat(proxy.server.drain("another")).isCompleted();
      var _ = proxy.next(Outcome.OK, 200);
      TestProxy.await("three lines", () -> proxy.log.size() == 3);
      assertThat(proxy.log)
          .contains("streamgauge: draining, because of a test; in flight: 1, client connections: 2")
          .anyMatch(line -> line.startsWith("streamgauge: another: draining already; in flight: 0"))
          .anyMatch(
              line -> line.matches("streamgauge: nothing is in flight any more, .* after that"));
    }
  }

  @Test
  void theTimeLimitSaysHowManyItCutOff() throws Exception {
    ScriptedUpstream.Script silent = (in, _, _) -> in.transferTo(OutputStream.nullOutputStream());
    try (ScriptedUpstream upstream = new ScriptedUpstream(silent);
        TestProxy proxy = TestProxy.before(upstream);
        Socket busy = proxy.send(GET)) {
      TestProxy.await("it", () -> inFlight(proxy) == 1);
      assertThat(proxy.server.drainAndStop("a test")).isFalse();
      assertThat(busy.getInputStream().read()).isNegative();
      var _ = proxy.next(Outcome.POLICY_DRAINING, null);
      assertThat(proxy.log)
          .contains(
              "streamgauge: draining, because of a test, at most 1s; in flight: 1, client"
                  + " connections: 1",
              "streamgauge: the drain's time limit of 1s cuts off what is left; in flight: 1,"
                  + " client connections: 1");
    }
  }

  private static int inFlight(TestProxy proxy) {
    return proxy.server.inFlight();
  }
}
