package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.telemetry.Families.Reading;
import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.timeline.Phase;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What moves while requests run. Any thread. */
final class LiveSeries implements LiveMetrics {
  private static final List<Phase> WAITING = List.of(Phase.QUEUED, Phase.PREFILL, Phase.GENERATING);

  private static final double NANOS_PER_SECOND = 1e9;

  private final ModelLabels models;
  private final Map<Phase, AtomicLong> inFlight = zeros(Phase.class);
  private final Map<ConnectionState, AtomicLong> connections = zeros(ConnectionState.class);
  private final Counter tokenEvents;
  private final Counter retries;
  private final Counter usageInjections;
  private final Counter usageRemovals;
  private final HistogramSeries connect;
  private final HistogramSeries lag;
  private final GateSeries gate;
  private final LimitSeries limits;
  private final ProcessSeries process;
  private final GpuJoin join;
  private final EngineBoard engine;
  private volatile double observed = 1;
  private volatile Supplier<Map<Phase, Long>> waits = Map::of;

  LiveSeries(Families families, ModelLabels models, GpuJoin join, EngineBoard engine) {
    this.models = models;
    this.join = join;
    this.engine = engine;
    families.gauge(
        "requests_in_flight",
        "Requests whose answer is not yet whole, by what they are in.",
        "phase",
        () -> Arrays.stream(Phase.values()).map(this::reading).toList());
    families.gauge(
        "longest_wait_seconds",
        "How long who waits longest has waited: queued for admission, in prefill for the first"
            + " token, generating for the next one; 0 where none does. A stream whose client does"
            + " not read counts as waiting for nothing.",
        "phase",
        this::longestWaits);
    families.gauge(
        "observed_ratio",
        "Share of the requests that are read, and not only relayed and counted: --observe, or what"
            + " /observe on the admin port said since.",
        () -> observed);
    gate = new GateSeries(families);
    families.gauge(
        "upstream_connections",
        "Connections to the server.",
        "state",
        () -> Arrays.stream(ConnectionState.values()).map(this::reading).toList());
    tokenEvents =
        families.requestCounter(
            "output_token_events_total", "Token events of streams, counted as they pass.");
    retries =
        families.counter(
            "upstream_retries_total",
            "Requests that were sent again, on a fresh connection.",
            "reason");
    usageInjections =
        families.counter(
            "usage_injections_total",
            "Requests to OpenAI's chat or completions, or to TGI's own stream, under --usage"
                + " inject, by whether usage was asked for (injected), or why not.",
            "result");
    usageRemovals =
        families.counter(
            "usage_removals_total",
            "Answers to requests with injected usage, by what became of the extra piece or details:"
                + " removed, absent, left because the server sends usage unasked, or left because"
                + " the answer was unreadable.",
            "result");
    connect =
        families
            .histogram(
                "upstream_connect_seconds", "Time to connect to the server.", BucketFamily.OVERHEAD)
            .with();
    lag =
        families
            .histogram(
                "event_loop_lag_seconds",
                "How late a data thread ran a task of every 250 ms.",
                BucketFamily.OVERHEAD)
            .with();
    limits = new LimitSeries(families);
    process = new ProcessSeries(families);
    Families.add(tokenEvents, 0, Row.FIRST.model(), Row.FIRST.operation());
    for (RetryReason reason : RetryReason.values()) {
      Families.add(retries, 0, label(reason));
    }
    for (UsageInjection result : UsageInjection.values()) {
      Families.add(usageInjections, 0, result.label());
    }
    for (UsageRemoval result : UsageRemoval.values()) {
      Families.add(usageRemovals, 0, result.label());
    }
  }

  @Override
  public void phaseEntered(Phase phase) {
    counter(inFlight, phase).incrementAndGet();
  }

  @Override
  public void phaseLeft(Phase phase) {
    counter(inFlight, phase).decrementAndGet();
  }

  @Override
  public TokenEvents tokenEvents(
      @Nullable String model, @Nullable String requested, Operation operation) {
    CounterDataPoint point =
        tokenEvents.labelValues(models.ofStream(model, requested, operation), operation.label());
    return events -> point.inc((long) events);
  }

  @Override
  public LiveRequest admitted(boolean byTokensAlone, long nowNanos) {
    return join.begun(byTokensAlone, nowNanos);
  }

  @Override
  public boolean engineQueuedSince(long nanos) {
    return engine.queuedSince(nanos);
  }

  @Override
  public void upstreamConnections(ConnectionState state, int change) {
    counter(connections, state).addAndGet(change);
  }

  @Override
  public void upstreamConnected(long connectNanos) {
    connect.observeNanos(connectNanos, null);
  }

  @Override
  public void upstreamRetry(RetryReason reason) {
    retries.labelValues(label(reason)).inc();
  }

  @Override
  public void eventLoopLag(long nanos) {
    lag.observeNanos(nanos, null);
  }

  @Override
  public void usageInjection(UsageInjection result) {
    usageInjections.labelValues(result.label()).inc();
  }

  @Override
  public void usageRemoval(UsageRemoval result) {
    usageRemovals.labelValues(result.label()).inc();
  }

  @Override
  public void watchGate(GateView figures) {
    gate.watch(figures);
  }

  /** What the page says of the queue is said by this. */
  GateView gate() {
    return gate.watched();
  }

  @Override
  public void watchWaits(Supplier<Map<Phase, Long>> longestNanos) {
    waits = longestNanos;
  }

  @Override
  public void observed(double ratio) {
    observed = ratio;
  }

  @Override
  public void limitHit(Limit limit) {
    limits.hit(limit);
  }

  @Override
  public void tlsHandshakeFailed(TlsSide side) {
    limits.handshakeFailed(side);
  }

  @Override
  public void clientConnections(int change) {
    process.clientConnections(change);
  }

  @Override
  public void eventLoopStuck() {
    process.eventLoopStuck();
  }

  @Override
  public void memoryUsed(MemoryKind kind, double ratio) {
    process.memoryUsed(kind, ratio);
  }

  private List<Reading> longestWaits() {
    Map<Phase, Long> longest = waits.get();
    return WAITING.stream()
        .map(
            phase -> new Reading(phase.label(), longest.getOrDefault(phase, 0L) / NANOS_PER_SECOND))
        .toList();
  }

  private Reading reading(Phase phase) {
    return new Reading(phase.label(), count(phase));
  }

  private Reading reading(ConnectionState state) {
    String label =
        switch (state) {
          case IDLE -> "idle";
          case ACTIVE -> "active";
        };
    return new Reading(label, counter(connections, state).get());
  }

  double count(Phase phase) {
    return counter(inFlight, phase).get();
  }

  /** Admitted and unfinished. */
  double running() {
    return count(Phase.PREFILL) + count(Phase.GENERATING) + count(Phase.BODY);
  }

  private static String label(RetryReason reason) {
    return switch (reason) {
      case REUSED_CONNECTION_CLOSED -> "reused_connection_closed";
      case REUSED_CONNECTION_GOAWAY -> "reused_connection_goaway";
    };
  }

  private static <E extends Enum<E>> Map<E, AtomicLong> zeros(Class<E> type) {
    EnumMap<E, AtomicLong> counters = new EnumMap<>(type);
    for (E each : type.getEnumConstants()) {
      counters.put(each, new AtomicLong());
    }
    return counters;
  }

  private static <E extends Enum<E>> AtomicLong counter(Map<E, AtomicLong> counters, E of) {
    AtomicLong counter = counters.get(of);
    if (counter == null) {
      throw new IllegalStateException(of + " has no counter");
    }
    return counter;
  }
}
