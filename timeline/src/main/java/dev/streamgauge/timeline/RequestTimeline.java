package dev.streamgauge.timeline;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.UnparsedReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The marks of one request, on one thread, until {@link #finish}. All marks are absolute {@link
 * Ticker} nanoseconds. Of a point that is reached again the first mark stays; of connecting and
 * sending the last one does, for a request that is sent again counts from its last try.
 */
public final class RequestTimeline {
  private static final int BODY_RECEIVED = 0;
  private static final int ADMITTED = 1;
  private static final int CONNECT_STARTED = 2;
  private static final int CONNECTED = 3;
  private static final int FIRST_SENT = 4;
  private static final int SENT = 5;
  private static final int HEADERS = 6;
  private static final int FIRST_BYTE = 7;
  private static final int SENT_AWAY = 8;
  private static final int POINTS = 9;

  private final long receivedNanos;
  private final @Nullable Instant receivedAt;

  /** Since received. */
  private final long[] sinceReceivedNanos = new long[POINTS];

  /** A bit for each point that was reached. */
  private int reached;

  private long clientPausedNanos;
  private long responseOverheadNanos = -1;
  private RequestRecord.@Nullable GpuUse gpu;
  private boolean engineQueued;
  private RequestRecord.@Nullable SpanPlace span;

  /**
   * @param receivedNanos when the request head was complete; of a pipelined one the end of the
   *     answer before it, if that was later
   * @param receivedAt the same moment by the wall-clock anchor; null if it is not known
   */
  public RequestTimeline(long receivedNanos, @Nullable Instant receivedAt) {
    this.receivedNanos = receivedNanos;
    this.receivedAt = receivedAt;
  }

  public long receivedNanos() {
    return receivedNanos;
  }

  public void bodyReceived(long nanos) {
    markFirst(BODY_RECEIVED, nanos);
  }

  public void admitted(long nanos) {
    markFirst(ADMITTED, nanos);
  }

  public void sentAway(long nanos) {
    markFirst(SENT_AWAY, nanos);
  }

  /** The last call wins. */
  public void connectStarted(long nanos) {
    mark(CONNECT_STARTED, nanos);
  }

  /** The last call wins. */
  public void connected(long nanos) {
    mark(CONNECTED, nanos);
  }

  /** What was waited for was not a connection's making. */
  public void connectionReused() {
    reached &= ~(1 << CONNECT_STARTED);
  }

  public void firstSent(long nanos) {
    markFirst(FIRST_SENT, nanos);
  }

  /** The last call wins. */
  public void sent(long nanos) {
    mark(SENT, nanos);
  }

  /** When the last request byte was sent, on the last try; null if it was not yet. */
  public @Nullable Long sentNanos() {
    return (reached & 1 << SENT) == 0 ? null : (Long) (receivedNanos + sinceReceivedNanos[SENT]);
  }

  public void headers(long nanos) {
    markFirst(HEADERS, nanos);
  }

  public void firstByte(long nanos) {
    markFirst(FIRST_BYTE, nanos);
  }

  /** A slow client kept us from reading for so long; added up. */
  public void clientPaused(long nanos) {
    clientPausedNanos += Math.max(0, nanos);
  }

  /** From a read to the client's socket; the longest is kept. */
  public void responseOverhead(long nanos) {
    responseOverheadNanos = Math.max(responseOverheadNanos, Math.max(0, nanos));
  }

  /** What the GPUs were at from its admission to its end. */
  public void gpu(RequestRecord.@Nullable GpuUse use) {
    gpu = use;
  }

  /** The engine's page spoke of waiting requests up to the first token. */
  public void engineQueued() {
    engineQueued = true;
  }

  /** A span is made of it. */
  public void span(RequestRecord.@Nullable SpanPlace place) {
    span = place;
  }

  /**
   * The finished fact. Called once.
   *
   * @param tokens null if nothing of the answer was read
   * @param endedNanos the last byte was handed to the client's socket, or the abort
   */
  public RequestRecord finish(RequestEnd end, @Nullable TokenTimeline tokens, long endedNanos) {
    if (tokens != null) {
      tokens.ended(endedNanos);
    }
    TokenTimeline streamed = tokens != null && end.streamed() ? tokens : null;
    return new RequestRecord(
        receivedAt,
        end.requestId(),
        end.traceId(),
        end.spanId(),
        end.method(),
        end.path(),
        end.protocol(),
        end.dialect(),
        end.operation(),
        tokens == null ? null : tokens.model(),
        end.requestedModel(),
        end.stream(),
        end.status(),
        end.grpcStatus(),
        end.outcome(),
        error(end, tokens),
        points(streamed, endedNanos),
        transfer(end),
        tokens == null || end.dialect() == Dialect.UNKNOWN
            ? null // nothing was read: no count of it is known, not even 0
            : tokens.generation(streamed != null, stopped(end, tokens)),
        tokens == null ? null : tokens.engineTimes(),
        gpu,
        engineQueued,
        tokens == null ? 0 : tokens.malformedFrames(),
        end.unparsed(),
        streamed == null ? RequestRecord.NO_STALLS : streamed.stalls(receivedNanos),
        span);
  }

  /** Whether the reading ended before the answer did; to leave a frame out does not end it. */
  private static boolean stopped(RequestEnd end, TokenTimeline tokens) {
    boolean leftOut = end.unparsed() == UnparsedReason.TOO_LARGE && tokens.leftOutAny();
    return end.unparsed() != null && !leftOut;
  }

  private static @Nullable String error(RequestEnd end, @Nullable TokenTimeline tokens) {
    if (end.error() != null || tokens == null) {
      return end.error();
    }
    return tokens.error();
  }

  private RequestRecord.Points points(@Nullable TokenTimeline streamed, long endedNanos) {
    return new RequestRecord.Points(
        point(BODY_RECEIVED),
        point(ADMITTED),
        point(SENT_AWAY),
        point(CONNECT_STARTED),
        point(CONNECTED),
        point(FIRST_SENT),
        point(SENT),
        point(HEADERS),
        point(FIRST_BYTE),
        streamed == null ? null : since(streamed.firstTokenNanos()),
        streamed == null ? null : since(streamed.firstAnswerTokenNanos()),
        streamed == null ? null : since(streamed.lastTokenNanos()),
        since(endedNanos));
  }

  private RequestRecord.Transfer transfer(RequestEnd end) {
    return new RequestRecord.Transfer(
        end.requestBytes(),
        end.responseBytes(),
        end.client(),
        end.upstreamReused(),
        end.retries(),
        clientPausedNanos,
        responseOverheadNanos < 0 ? null : responseOverheadNanos);
  }

  private void markFirst(int point, long nanos) {
    if ((reached & 1 << point) == 0) {
      mark(point, nanos);
    }
  }

  private void mark(int point, long nanos) {
    reached |= 1 << point;
    sinceReceivedNanos[point] = since(nanos);
  }

  /** Never negative: a connection may have been there, and bytes read, before the request was. */
  private long since(long nanos) {
    return Math.max(0, nanos - receivedNanos);
  }

  private @Nullable Long since(@Nullable Long nanos) {
    return nanos == null ? null : (Long) since(nanos.longValue());
  }

  private @Nullable Long point(int point) {
    return (reached & 1 << point) == 0 ? null : sinceReceivedNanos[point];
  }
}
