package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.telemetry.LiveMetrics.RetryReason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What carries one exchange to the server and its answer back: a connection of HTTP/1, which serves
 * one at a time, or a stream of HTTP/2. On one event loop.
 */
interface UpstreamLink {
  /** Whether the connection had served another request before this one. */
  boolean reused();

  /**
   * Why what was sent may go over a fresh connection, once this one is gone without an answer; null
   * if it may not.
   */
  default @Nullable RetryReason retryReason() {
    return reused() ? RetryReason.REUSED_CONNECTION_CLOSED : null;
  }

  void serve(Exchange served);

  void head(UpstreamHead head);

  /** A piece of the body, framed as the client framed it. Takes ownership. */
  void body(ByteBuf piece);

  /** The body is whole. */
  void end(@Nullable Head trailer);

  void flush();

  /** Whether it takes more of the request now. */
  boolean writable();

  void pauseReading();

  void resumeReading();

  /** The answer is whole, and so is the request: the connection may serve another one. */
  void giveBack(long nowNanos);

  /**
   * Ends the request and tells nobody here.
   *
   * @param errorCode what an HTTP/2 server is told
   */
  void cancel(long errorCode);

  /** Called at each look for what has waited too long: a server whose host is gone is given up. */
  void endIfSilent(long nowNanos);

  /** An upgraded connection: the client's half-close, behind its last byte. */
  void endOutput(Runnable done);
}
