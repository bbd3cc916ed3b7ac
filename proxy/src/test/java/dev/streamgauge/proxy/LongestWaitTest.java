package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the one that waits longest has waited. */
@Timeout(60)
final class LongestWaitTest {
  private static final String ASKED =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  private static final String TOKEN =
      "data: {\"object\":\"chat.completion.chunk\",\"model\":\"llama\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Semaphore more = new Semaphore(0);
  private final AtomicLong written = new AtomicLong();

  private static void head(OutputStream out) throws IOException {
    out.write(ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
    out.write(ascii("Connection: close\r\n\r\n"));
    out.flush();
  }

  @Test
  void whoWaitsForATokenIsSeenUntilItsEnd() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          head(out);
          more.acquireUninterruptibly();
          out.write(ascii(TOKEN));
          out.flush();
          more.acquireUninterruptibly();
          out.write(ascii("data: [DONE]\n\n"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket _ = proxy.send(ASKED)) {
      Gauges gauges = proxy.gauges;
      TestProxy.await("prefill", () -> gauges.waitedNanos(Phase.PREFILL) > MOMENT_NANOS);
      assertThat(gauges.waitedNanos(Phase.GENERATING)).isZero();
      more.release();
      TestProxy.await("silence", () -> gauges.waitedNanos(Phase.GENERATING) > MOMENT_NANOS);
      assertThat(gauges.waitedNanos(Phase.PREFILL)).isZero();
      more.release();
      assertThat(proxy.next().outcome()).isEqualTo(Outcome.OK);
      TestProxy.await("its end", () -> gauges.waitedNanos(Phase.GENERATING) == 0);
    }
  }

  @Test
  void aStreamWhoseClientDoesNotReadWaitsForNothingOfTheServers() throws Exception {
    ScriptedUpstream.Script script =
        (in, out, _) -> {
          assertThat(readHead(in)).isNotEmpty();
          head(out);
          byte[] tokens = ascii(TOKEN.repeat(200));
          while (!more.tryAcquire()) {
            out.write(tokens);
            written.incrementAndGet();
          }
          out.write(ascii("data: [DONE]\n\n"));
        };
    try (ScriptedUpstream upstream = new ScriptedUpstream(script);
        TestProxy proxy = TestProxy.before(upstream);
        Socket client = proxy.send(ASKED)) {
      Gauges gauges = proxy.gauges;
      assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      TestProxy.await("the pause", () -> still(gauges));
      more.release();
      assertThat(client.getInputStream().readAllBytes()).endsWith(ascii("data: [DONE]\n\n"));
      assertThat(proxy.next(Outcome.OK, 200).transfer().clientPausedNanos()).isPositive();
    }
  }

  /** The server can write no more, and no wait is counted at any of many looks in a row. */
  private boolean still(Gauges gauges) {
    long before = written.get();
    long until = System.nanoTime() + 20 * MOMENT_NANOS;
    while (System.nanoTime() < until) {
      if (written.get() != before || gauges.waitedNanos(Phase.GENERATING) > MOMENT_NANOS) {
        return false;
      }
      Thread.onSpinWait();
    }
    return before > 0;
  }
}
