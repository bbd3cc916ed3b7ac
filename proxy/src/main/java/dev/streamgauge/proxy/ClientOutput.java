package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the client of one exchange. When the client takes no more, the server is read no
 * further until it does; how long that lasts is counted. On one event loop.
 */
abstract class ClientOutput {
  final Exchange exchange;
  final Loop loop;

  private long progressSeen;
  private long takenSinceNanos;
  private long writtenAtNanos;
  private long pausedSinceNanos;
  private boolean paused;
  private boolean afterPause;

  ClientOutput(Exchange exchange) {
    this.exchange = exchange;
    this.loop = exchange.loop;
  }

  /** The head of an interim or of the final answer. */
  abstract void head(AnswerHead head, long readNanos);

  /** A piece of the body as it was read; observes it, and copies what has to wait. */
  abstract void relay(ByteBuf buffer, int from, int to, long readNanos);

  /** A whole answer of ours; gives the status that the client gets. */
  abstract int answer(int status, Outcome outcome, String message, boolean close);

  /** Hands on what was written. */
  final void flush() {
    flushWritten();
    if (writtenAtNanos != 0) {
      noteOverhead(loop.nanos());
    }
  }

  abstract void flushWritten();

  /**
   * All was written; done when the client's socket has taken it.
   *
   * @param trailer what stands behind the body; null for nothing
   */
  abstract ChannelFuture end(@Nullable Head trailer);

  /**
   * The last write so far: once it has succeeded the socket has taken all up to here. Null if it
   * has already.
   */
  abstract @Nullable ChannelFuture lastWrite();

  /** Whether something written waits for the client to take it. */
  abstract boolean waits();

  /** Grows whenever the client takes something while something waits. */
  abstract long progress();

  /** The exchange has ended: frees what was to leave. */
  void close() {}

  /** From the first read of what is not yet handed on. */
  final void beginOverhead(long readNanos) {
    if (writtenAtNanos == 0) {
      writtenAtNanos = readNanos;
    }
  }

  final void noteOverhead(long nowNanos) {
    if (writtenAtNanos != 0 && !paused) {
      exchange.times.responseOverhead(nowNanos - writtenAtNanos);
      writtenAtNanos = 0;
    }
  }

  final void pauseUpstream() {
    UpstreamLink upstream = exchange.upstream();
    if (!paused && upstream != null) {
      paused = true;
      pausedSinceNanos = loop.nanos();
      exchange.line().clientPaused();
      upstream.pauseReading();
    }
  }

  /** The server may be read again; counts the pause that ends here. False if there was none. */
  final boolean resumeUpstream(long nowNanos) {
    if (!paused) {
      return false;
    }
    paused = false;
    afterPause = true;
    exchange.times.clientPaused(nowNanos - pausedSinceNanos);
    exchange.line().clientResumed(nowNanos);
    UpstreamLink upstream = exchange.upstream();
    if (upstream != null) {
      upstream.resumeReading();
    }
    return true;
  }

  final boolean paused() {
    return paused;
  }

  /** Whether this read is the first after a pause; true once. */
  final boolean takeAfterPause() {
    boolean was = afterPause;
    afterPause = false;
    return was;
  }

  /** Whether bytes wait and the client has taken none of them for so long. */
  final boolean stalled(@Nullable Duration limit, long nowNanos) {
    if (limit == null) {
      return false;
    }
    long now = progress();
    if (!waits() || now != progressSeen || takenSinceNanos == 0) {
      progressSeen = now;
      takenSinceNanos = nowNanos;
    }
    return Timeouts.passed(limit, takenSinceNanos, nowNanos);
  }
}
