package dev.streamgauge.proxy.tls;

import dev.streamgauge.timeline.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Tells of clients whose handshake failed, at most once a minute. Thread-safe. */
public final class HandshakeFailures {
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Ticker ticker;
  private final Consumer<String> log;
  private long untold;
  private boolean toldBefore;
  private long toldAtNanos;

  public HandshakeFailures(Ticker ticker, Consumer<String> log) {
    this.ticker = ticker;
    this.log = log;
  }

  void add(Throwable failure) {
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
