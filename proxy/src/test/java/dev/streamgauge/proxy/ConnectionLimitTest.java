package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** At the limit newcomers wait in the kernel; nobody who is there is closed for them while busy. */
@Timeout(60)
final class ConnectionLimitTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  static Stream<Transport> transports() {
    return TestProxy.transports().stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aNewcomerWaitsUntilSomebodyLeavesAndIsServedThen(Transport transport) throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    try (ScriptedUpstream upstream = slow(answer);
        TestProxy proxy = TestProxy.over(transport, upstream, "--max-connections", "2")) {
      Socket first = proxy.send(GET);
      Socket second = proxy.send(GET);
      TestProxy.await("the limit", () -> proxy.gauges.limits.contains(Limit.CONNECTIONS));
      try (Socket third = proxy.send(GET)) {
        third.setSoTimeout(300);
        assertThat(timesOut(third)).isTrue();
        assertThat(proxy.server.connections()).isEqualTo(2);
        assertThat(proxy.gauges.clients).hasValue(2);
        first.close();
        var _ = proxy.next(Outcome.CALLER_DISCONNECT, null);
        answer.countDown();
        third.setSoTimeout(10_000);
        assertThat(readHead(third.getInputStream())).startsWith("HTTP/1.1 200 ");
        assertThat(readHead(second.getInputStream())).startsWith("HTTP/1.1 200 ");
        var _ = proxy.next(Outcome.OK, 200);
        var _ = proxy.next(Outcome.OK, 200);
      }
      second.close();
      TestProxy.await("all gone", () -> proxy.gauges.clients.get() == 0);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoHasBeenIdleLongestMakesRoom(Transport transport) throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.over(transport, upstream, "--max-connections", "3")) {
      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        idle.add(proxy.send(GET));
        assertThat(readHead(idle.getLast().getInputStream())).startsWith("HTTP/1.1 200 ");
        var _ = proxy.next(Outcome.OK, 200);
      }
      try (Socket newcomer = proxy.send(GET)) {
        assertThat(readHead(newcomer.getInputStream())).startsWith("HTTP/1.1 200 ");
        var _ = proxy.next(Outcome.OK, 200);
      }
      assertThat(idle.getFirst().getInputStream().read()).isNegative();
      for (Socket each : idle) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aBurstFarAboveTheLimitIsServedOneAfterTheOther(Transport transport) throws Exception {
    int clients = 100;
    String last = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    try (ScriptedUpstream upstream = ScriptedUpstream.answering(OK);
        TestProxy proxy = TestProxy.over(transport, upstream, "--max-connections", "4")) {
      List<Socket> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(proxy.connect());
      }
      for (Socket each : all) {
        each.getOutputStream().write(ascii(last));
      }
      for (Socket each : all) {
        assertThat(readHead(each.getInputStream())).startsWith("HTTP/1.1 200 ");
        var _ = proxy.next(Outcome.OK, 200);
        each.close();
      }
    }
  }

  private static ScriptedUpstream slow(CountDownLatch answer) throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
            try {
              var _ = answer.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            out.write(ascii(OK));
          }
        });
  }

  private static boolean timesOut(Socket socket) throws IOException {
    try {
      var _ = socket.getInputStream().read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }
}
