package dev.streamgauge.proxy.tls;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.LiveMetrics.TlsSide;
import dev.streamgauge.timeline.Ticker;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts TLS handshakes that failed, and tells of those with clients in the log, at most once a
 * minute. Thread-safe.
 */
public final class HandshakeFailures {
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Ticker ticker;
  private final Consumer<String> log;
  private final LiveMetrics live;
  private long untold;
  private boolean toldBefore;
  private long toldAtNanos;

  public HandshakeFailures(Ticker ticker, Consumer<String> log, LiveMetrics live) {
    this.ticker = ticker;
    this.log = log;
    this.live = live;
  }

  /** Counts one; one that only looked whether the port is open failed nothing. */
  public static void count(LiveMetrics live, TlsSide side, @Nullable Throwable failure) {
    if (failure == null || failure instanceof ClosedChannelException) {
      return;
    }
    live.tlsHandshakeFailed(side);
    if (failure instanceof SslHandshakeTimeoutException) {
      live.limitHit(Limit.HANDSHAKE_TIMEOUTS);
    }
  }

  /** Of a client. */
  void add(Throwable failure) {
    count(live, TlsSide.CLIENT, failure);
    String line = line(TlsWords.of(failure));
    if (!line.isEmpty()) {
      log.accept(line);
    }
  }

  private synchronized String line(String why) {
    untold++;
    long now = ticker.nanos();
    if (toldBefore && now - toldAtNanos < SILENCE_NANOS) {
      return "";
    }
    String line =
        "streamgauge: TLS handshakes that failed since the last such line: "
            + untold
            + "; the last one: "
            + why;
    toldBefore = true;
    toldAtNanos = now;
    untold = 0;
    return line;
  }
}
