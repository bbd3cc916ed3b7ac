package dev.streamgauge.proxy;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics;
import dev.streamgauge.telemetry.LiveRequest;
import dev.streamgauge.timeline.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts what moves during requests, as a page of metrics would show it. */
final class Gauges implements LiveMetrics {
  final Queue<UsageInjection> injections = new ConcurrentLinkedQueue<>();
  final Queue<UsageRemoval> removals = new ConcurrentLinkedQueue<>();
  private final Map<Phase, AtomicInteger> phases = new EnumMap<>(Phase.class);
  final AtomicInteger upstreamActive = new AtomicInteger();
  final AtomicInteger upstreamIdle = new AtomicInteger();
  final AtomicInteger retries = new AtomicInteger();
  final Queue<RetryReason> retryReasons = new ConcurrentLinkedQueue<>();
  final AtomicInteger clients = new AtomicInteger();
  final AtomicInteger stuck = new AtomicInteger();
  final Map<MemoryKind, Double> memory = new ConcurrentHashMap<>();
  final Queue<Limit> limits = new ConcurrentLinkedQueue<>();
  final Queue<TlsSide> handshakeFailures = new ConcurrentLinkedQueue<>();

  /** What each request that works the model tells. */
  volatile LiveRequest joined = LiveRequest.NONE;

  volatile boolean engineQueued;
  volatile double observedRatio = -1;

  private volatile Supplier<Map<Phase, Long>> waits = Map::of;

  Gauges() {
    for (Phase phase : Phase.values()) {
      phases.put(phase, new AtomicInteger());
    }
  }

  boolean allZero() {
    return upstreamActive.get() == 0
        && phases.values().stream().allMatch(count -> count.get() == 0);
  }

  @Override
  public String toString() {
    return "phases " + phases + ", active " + upstreamActive + ", idle " + upstreamIdle;
  }

  private AtomicInteger of(Phase phase) {
    AtomicInteger count = phases.get(phase);
    if (count == null) {
      throw new IllegalStateException(phase.name());
    }
    return count;
  }

  int in(Phase phase) {
    return of(phase).get();
  }

  @Override
  public void phaseEntered(Phase phase) {
    var _ = of(phase).incrementAndGet();
  }

  @Override
  public void phaseLeft(Phase phase) {
    var _ = of(phase).decrementAndGet();
  }

  @Override
  public TokenEvents tokenEvents(
      @Nullable String model, @Nullable String requested, Operation operation) {
    return events -> {};
  }

  @Override
  public LiveRequest admitted(boolean byTokensAlone, long nowNanos) {
    return joined;
  }

  @Override
  public boolean engineQueuedSince(long nanos) {
    return engineQueued;
  }

  @Override
  public void upstreamConnections(ConnectionState state, int change) {
    var _ = (state == ConnectionState.IDLE ? upstreamIdle : upstreamActive).addAndGet(change);
  }

  @Override
  public void upstreamConnected(long connectNanos) {}

  @Override
  public void upstreamRetry(RetryReason reason) {
    var _ = retries.incrementAndGet();
    retryReasons.add(reason);
  }

  @Override
  public void eventLoopLag(long nanos) {}

  @Override
  public void usageInjection(UsageInjection result) {
    injections.add(result);
  }

  @Override
  public void usageRemoval(UsageRemoval result) {
    removals.add(result);
  }

  @Override
  public void clientConnections(int change) {
    var _ = clients.addAndGet(change);
  }

  @Override
  public void eventLoopStuck() {
    var _ = stuck.incrementAndGet();
  }

  @Override
  public void memoryUsed(MemoryKind kind, double ratio) {
    memory.put(kind, ratio);
  }

  @Override
  public void watchGate(GateView figures) {}

  @Override
  public void watchWaits(Supplier<Map<Phase, Long>> longestNanos) {
    waits = longestNanos;
  }

  @Override
  public void observed(double ratio) {
    observedRatio = ratio;
  }

  /** Of who waits longest in that phase. */
  long waitedNanos(Phase phase) {
    return waits.get().getOrDefault(phase, 0L);
  }

  @Override
  public void limitHit(Limit limit) {
    limits.add(limit);
  }

  @Override
  public void tlsHandshakeFailed(TlsSide side) {
    handshakeFailures.add(side);
  }
}
