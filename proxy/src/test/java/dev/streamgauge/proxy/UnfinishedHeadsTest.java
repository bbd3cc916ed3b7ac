package dev.streamgauge.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heads that are left unfinished share a part of the heap; the oldest makes room. */
@Timeout(60)
final class UnfinishedHeadsTest {
  private final Gauges gauges = new Gauges();
  private final UnfinishedHeads heads = new UnfinishedHeads(100, gauges);
  private final List<String> gone = new ArrayList<>();

  @Test
  void theOneThatHasBeenUnfinishedForTheLongestMakesRoom() {
    heads.holds(holder("a"), 40);
    heads.holds(holder("b"), 40);
    heads.holds(holder("c"), 40);
    assertThat(gone).containsExactly("a");
    assertThat(heads.bytes()).isEqualTo(80);
    assertThat(gauges.limits).containsExactly(Limit.MEMORY);
  }

  @Test
  void oneThatGrowsCountsOnceAndKeepsItsPlace() {
    UnfinishedHeads.Holder first = holder("a");
    heads.holds(first, 10);
    heads.holds(holder("b"), 50);
    heads.holds(first, 50);
    assertThat(heads.bytes()).isEqualTo(100);
    heads.holds(first, 51);
    assertThat(gone).containsExactly("a");
    assertThat(heads.bytes()).isEqualTo(50);
  }

  @Test
  void whatBecameWholeHoldsNothing() {
    UnfinishedHeads.Holder first = holder("a");
    heads.holds(first, 90);
    heads.let(first);
    heads.let(first);
    assertThat(heads.bytes()).isZero();
    heads.holds(holder("b"), 100);
    assertThat(gone).isEmpty();
  }

  /** The heap of the tests has room for more heads than they may have of it. */
  @Test
  void thoseThatMakeRoomAreToldToComeAgain() throws Exception {
    long most = UnfinishedHeads.bytesMax(1);
    int each = 1024 * 1024;
    String unfinished = "GET / HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(each - 100);
    List<Socket> clients = new ArrayList<>();
    try (ScriptedUpstream upstream = ScriptedUpstream.answering("");
        TestProxy proxy = TestProxy.before(upstream, "--max-header-bytes", "1MiB")) {
      for (int i = 0; i <= most / each; i++) {
        clients.add(proxy.send(unfinished));
      }
      assertThat(new String(clients.getFirst().getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 503 ")
          .contains("retry-after: 1\r\n");
      assertThat(proxy.next(Outcome.PROXY_ERROR, 503).error()).isEqualTo("memory is scarce");
      for (Socket client : clients) {
        client.close();
      }
      TestProxy.await("all gone", () -> proxy.server.connections() == 0);
      proxy.records.clear();
    }
  }

  private UnfinishedHeads.Holder holder(String name) {
    return () -> gone.add(name);
  }
}
