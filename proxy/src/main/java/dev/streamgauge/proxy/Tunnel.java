package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that left HTTP with 101: bytes both ways. Each direction ends by a FIN of its own,
 * which is passed on behind the last byte; the exchange ends with the second. On one event loop.
 */
final class Tunnel {
  private final Exchange exchange;
  private final ClientOutput output;
  private boolean clientEnded;
  private boolean serverEnded;
  private int directionsDone;
  private long toClientBytes;
  private long lastMovedNanos;

  Tunnel(Exchange exchange, ClientOutput output, long openedNanos) {
    this.exchange = exchange;
    this.output = output;
    this.lastMovedNanos = openedNanos;
  }

  long toClientBytes() {
    return toClientBytes;
  }

  /** From the server; observes. */
  void read(ByteBuf buffer, long nowNanos) {
    lastMovedNanos = nowNanos;
    toClientBytes += buffer.readableBytes();
    output.relay(buffer, buffer.readerIndex(), buffer.writerIndex(), nowNanos);
  }

  /** Bytes came from the client. */
  void clientMoved(long nowNanos) {
    lastMovedNanos = nowNanos;
  }

  /** Idle is a connection on which neither side sent anything for so long. */
  void checkTimeout(@Nullable Duration limit, long nowNanos) {
    if (Timeouts.passed(limit, lastMovedNanos, nowNanos)) {
      exchange.abort(
          serverEnded ? Outcome.CALLER_DISCONNECT : Outcome.UPSTREAM_TIMEOUT,
          "the upgraded connection was idle");
    }
  }

  void clientEnded(UpstreamLink upstream) {
    if (!clientEnded) {
      clientEnded = true;
      upstream.endOutput(this::directionDone);
    }
  }

  void serverEnded() {
    if (!serverEnded) {
      serverEnded = true;
      var _ =
          output
              .end(null)
              .addListener(
                  _ -> {
                    exchange.client.shutdownOutput();
                    directionDone();
                  });
    }
  }

  private void directionDone() {
    directionsDone++;
    if (directionsDone == 2 && !exchange.ended()) {
      exchange.client.closeBehindAnswer();
      exchange.end(Outcome.OK, null, exchange.loop.nanos());
    }
  }
}
