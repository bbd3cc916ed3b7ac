package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.timeline.Phase;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must move while requests run. Everything else comes from {@link
 * dev.streamgauge.timeline.RequestRecord}. Called on event loops: never blocks, never allocates
 * once a handle is held.
 */
public interface LiveMetrics {
  void phaseEntered(Phase phase);

  void phaseLeft(Phase phase);

  /**
   * The live counter {@code output_token_events_total} of a model and operation; keep the handle.
   *
   * @param model as the answer names it
   * @param requested as the request does: counts where the answer names none, if it is known
   */
  TokenEvents tokenEvents(@Nullable String model, @Nullable String requested, Operation operation);

  /**
   * A request is with the server from now on.
   *
   * @param byTokensAlone it may be there while nothing is asked for, and does no work but for what
   *     comes of it
   */
  default LiveRequest admitted(boolean byTokensAlone, long nowNanos) {
    return LiveRequest.NONE;
  }

  /** Whether the engine's page speaks of waiting requests, and has at each look since that time. */
  default boolean engineQueuedSince(long nanos) {
    return false;
  }

  /** An upstream connection changed: {@code state} is {@code idle} or {@code active}. */
  void upstreamConnections(ConnectionState state, int change);

  void upstreamConnected(long connectNanos);

  void upstreamRetry(RetryReason reason);

  void eventLoopLag(long nanos);

  /** What became of the wish to ask for usage; only with {@code --usage inject}. */
  void usageInjection(UsageInjection result);

  /** What became of the piece that was asked for. */
  void usageRemoval(UsageRemoval result);

  /** From here on the page says of the queue what these do. */
  void watchGate(GateView figures);

  /** From here on the page says by this how long, in nanoseconds, who waits longest has waited. */
  default void watchWaits(Supplier<Map<Phase, Long>> longestNanos) {}

  /** From here on this share of requests is read. */
  default void observed(double ratio) {}

  /** A limit of docs/limits.md was hit. */
  void limitHit(Limit limit);

  void tlsHandshakeFailed(TlsSide side);

  /** Clients' connections that are open: one more, or one less. */
  void clientConnections(int change);

  /** An event loop was seen to stand still. */
  void eventLoopStuck();

  /** How full memory is. */
  void memoryUsed(MemoryKind kind, double ratio);

  /** What memory is for. */
  enum MemoryKind {
    /** Objects; as the last whole collection left them. */
    HEAP,
    /** Buffers outside the heap. */
    DIRECT
  }

  /** Whom TLS is spoken with. */
  enum TlsSide {
    CLIENT,
    UPSTREAM,
    ADMIN
  }

  /** States of a pooled connection. */
  enum ConnectionState {
    IDLE,
    ACTIVE
  }

  /** Why a request was sent again. */
  enum RetryReason {
    /** A reused connection was closed before any byte of the answer. */
    REUSED_CONNECTION_CLOSED,
    /** The server goes away from a reused one, and has not begun with it: RFC 9113 section 6.8. */
    REUSED_CONNECTION_GOAWAY
  }

  /** One live counter. */
  @FunctionalInterface
  interface TokenEvents {
    void add(int events);
  }
}
