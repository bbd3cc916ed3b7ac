package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An answer of ours that the client's socket did not take has no status: the client got none. */
@Timeout(60)
final class UntakenRefusalsTest {
  private final AtomicLong written = new AtomicLong();

  /** More of an answer than any socket takes, and for {@code /bad} none that makes sense. */
  private ScriptedUpstream flooding() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          if (ScriptedUpstream.readHead(in).startsWith("GET /bad")) {
            out.write(ScriptedUpstream.ascii("HTTP/1.1 200 OK\r\nA: " + "a".repeat(70_000)));
          } else {
            flood(out);
          }
        });
  }

  private void flood(OutputStream out) throws IOException {
    out.write(ScriptedUpstream.ascii("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"));
    byte[] piece = new byte[64 * 1024];
    while (true) {
      out.write(piece);
      written.addAndGet(piece.length);
    }
  }

  /** A client that reads no more, with a socket to it that is full. */
  private Http2Peer stuffed(TestProxy proxy) throws IOException {
    Http2Peer client = Http2Peer.client(proxy);
    client.get(1, "/flood");
    Standstill.await("a full socket", written::get);
    return client;
  }

  private static void awaitLimit(TestProxy proxy, Limit limit) {
    TestProxy.await(limit.label(), () -> proxy.gauges.limits.contains(limit));
  }

  @Test
  void aHeadThatIsRefusedToNobodyHasNoStatus() throws Exception {
    try (ScriptedUpstream upstream = flooding();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = stuffed(proxy)) {
      client.get(3, "/" + "a".repeat(20_000));
      awaitLimit(proxy, Limit.REQUEST_LINE);
      TestProxy.reset(client.socket());
      assertThat(both(proxy, Outcome.CALLER_INVALID)).isTrue();
    }
  }

  @Test
  void aBadGatewayThatNobodyTookHasNoStatus() throws Exception {
    try (ScriptedUpstream upstream = flooding();
        TestProxy proxy = TestProxy.before(upstream);
        Http2Peer client = stuffed(proxy)) {
      client.get(3, "/bad");
      awaitLimit(proxy, Limit.RESPONSE_HEAD);
      TestProxy.reset(client.socket());
      assertThat(both(proxy, Outcome.CALLER_DISCONNECT)).isTrue();
    }
  }

  /** In either order: the answer that was left, and the refusal without a status. */
  private static boolean both(TestProxy proxy, Outcome refused) throws InterruptedException {
    var first = proxy.next();
    var second = proxy.next();
    var refusal = first.status() == null ? first : second;
    var flood = first.status() == null ? second : first;
    assertThat(refusal.status()).isNull();
    assertThat(refusal.outcome()).isEqualTo(refused);
    assertThat(flood.status()).isEqualTo(200);
    return flood.outcome() == Outcome.CALLER_DISCONNECT;
  }
}
