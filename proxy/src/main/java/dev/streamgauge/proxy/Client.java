package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.RequestRules;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where one exchange came from and its answer goes: a connection of HTTP/1, which has one at a
 * time, or a stream of HTTP/2. On one event loop.
 */
interface Client {
  Loop loop();

  ByteBufAllocator alloc();

  /** Whether it speaks TLS. */
  boolean secure();

  @Nullable String address();

  Protocol protocol(Head head);

  /** How the request's body is delimited. */
  BodyFraming requestFraming(RequestRules rules, HttpLimits limits);

  /** Whether an answer can be refused, before it began, by nothing but an error code. */
  boolean takesResets();

  /** Whether a body goes to this client without the chunks that it came in. */
  boolean unframed(Protocol protocol);

  ClientOutput output(Exchange exchange);

  /** Whether the rest of the request is asked for. */
  boolean reading();

  void pauseReading();

  void resumeReading();

  /** The request turned out bad after its head had been taken. */
  void refuseInExchange(int status, String reason);

  /** Behind the answer that is being written nothing follows. */
  void closeBehindAnswer();

  /**
   * Ends the answer so that nobody takes it for whole.
   *
   * @param reset where a clean end of the connection would look like the end of the body
   * @param errorCode what a client of HTTP/2 is told
   */
  void breakOff(boolean reset, long errorCode);

  void exchangeEnded(Exchange ended, long nowNanos);

  /** An upgraded connection: what the client sent behind the request may go on now. */
  void processLater(long nowNanos);

  /** An upgraded connection: nothing more comes from the server. */
  void shutdownOutput();
}
