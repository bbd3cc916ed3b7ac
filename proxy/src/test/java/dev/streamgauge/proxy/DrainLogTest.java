package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
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
  private static final String GET_SLOW = "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private final CountDownLatch answer = new CountDownLatch(1);

  /** Answers each request but the one for {@code /slow} at once. */
  private ScriptedUpstream slow() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            try {
              var _ = !head.startsWith("GET /slow ") || answer.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            out.write(ascii(OK));
          }
        });
  }

  @Test
  void aDrainThatEndsByItselfCutsNothingOff() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Socket idle = proxy.send(GET);
        Socket busy = proxy.send(GET_SLOW)) {
      assertThat(readHead(idle.getInputStream())).startsWith("HTTP/1.1 200 ");
      var _ = proxy.next(Outcome.OK, 200);
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

  /** Its request may be on its way, and whoever sent it on a new connection does not repeat it. */
  @Test
  void whoHasJustConnectedIsServed() throws Exception {
    try (ScriptedUpstream upstream = slow();
        TestProxy proxy = TestProxy.before(upstream);
        Socket busy = proxy.send(GET_SLOW)) {
      TestProxy.await("it", () -> inFlight(proxy) == 1);
      try (Socket fresh = proxy.connect()) {
        TestProxy.await("the new one", () -> proxy.gauges.clients.get() == 2);
        var _ = proxy.server.drain("a test");
        fresh.getOutputStream().write(ascii(GET));
        assertThat(readHead(fresh.getInputStream())).startsWith("HTTP/1.1 200 ").contains("close");
        var _ = proxy.next(Outcome.OK, 200);
      }
      try (Socket silent = proxy.connect()) {
        assertThat(silent.getInputStream().read()).as("closed when a second old").isNegative();
      }
      answer.countDown();
      assertThat(readHead(busy.getInputStream())).startsWith("HTTP/1.1 200 ");
      var _ = proxy.next(Outcome.OK, 200);
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
