package dev.streamgauge.cluster.watch;

import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.Reflector;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.kube.Selectors;
import dev.streamgauge.cluster.kube.WatchPace;
import dev.streamgauge.cluster.kube.WatchProgress;
import dev.streamgauge.cluster.metrics.ClusterFamily;
import dev.streamgauge.cluster.metrics.ClusterFamily.Whose;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.cluster.metrics.GaugeRows;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Watches the cluster from its start to its end, whether this replica leads or not. */
public final class Watcher implements AutoCloseable {
  private static final int SERIES_MAX = 1_000;
  private static final long SWEEP_MILLIS = 500;

  /**
   * What is watched.
   *
   * @param namespace null for all
   * @param podLabels a label selector for pods, or null for all, of which model servers are kept
   */
  public record Scope(@Nullable String namespace, @Nullable String podLabels) {}

  private final ClusterMetrics metrics;
  private final EventLog log;
  private final ClusterState state;
  private final StateGauges gauges;
  private final List<Reflector> reflectors = new ArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread sweeper;

  /**
   * Starts at once.
   *
   * @param out takes the event lines
   * @param nanos a monotonic clock
   * @param messages takes a line when something begins to fail and when it works again
   */
  public Watcher(
      KubeClient client,
      Scope scope,
      ClusterMetrics metrics,
      OutputStream out,
      InstantSource wallClock,
      LongSupplier nanos,
      Consumer<String> messages) {
    this.metrics = metrics;
    log = new EventLog(out);
    EventLines lines = new EventLines(log, metrics::leads, wallClock, nanos);
    state = new ClusterState(new Counted(metrics, lines), wallClock.instant(), nanos);
    gauges = new StateGauges(state);
    metrics.collect(Whose.LEADERS, gauges);
    metrics.collect(Whose.EACH, this::own);
    Selectors selectors = Selectors.in(scope.namespace());
    state
        .sinks()
        .forEach(
            (resource, sink) -> {
              Selectors these =
                  resource.equals(Resource.PODS)
                      ? selectors.withLabels(scope.podLabels())
                      : selectors;
              reflectors.add(
                  new Reflector(client, resource, these, sink, WatchPace.standard(), messages));
            });
    sweeper = Thread.ofPlatform().daemon().name("watch-sweep").start(this::sweep);
  }

  /** Whether the pods are known. */
  public boolean isReady() {
    return reflectors.stream()
        .filter(each -> each.resource().equals(Resource.PODS))
        .allMatch(each -> each.progress().synced());
  }

  /** What each watch is at, by resource. */
  public Map<String, WatchProgress> progress() {
    Map<String, WatchProgress> all = new LinkedHashMap<>();
    reflectors.forEach(each -> all.put(each.resource().toString(), each.progress()));
    return all;
  }

  @Override
  public void close() {
    closing.countDown();
    reflectors.forEach(Reflector::close);
    try {
      sweeper.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.close();
  }

  private void sweep() {
    try {
      while (!closing.await(SWEEP_MILLIS, TimeUnit.MILLISECONDS)) {
        state.sweep();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private MetricSnapshots own() {
    GaugeRows leader = new GaugeRows(ClusterFamily.LEADER, 1);
    leader.add(metrics.leads() ? 1 : 0);
    GaugeRows synced = new GaugeRows(ClusterFamily.WATCH_SYNCED, SERIES_MAX);
    GaugeRows lists = new GaugeRows(ClusterFamily.WATCH_LISTS, SERIES_MAX);
    GaugeRows changes = new GaugeRows(ClusterFamily.WATCH_CHANGES, SERIES_MAX);
    GaugeRows expired = new GaugeRows(ClusterFamily.WATCH_EXPIRED, SERIES_MAX);
    GaugeRows unread = new GaugeRows(ClusterFamily.WATCH_UNREAD, SERIES_MAX);
    progress()
        .forEach(
            (resource, each) -> {
              synced.add(each.synced() ? 1 : 0, resource);
              lists.addCount(each.lists(), resource);
              changes.addCount(each.changes(), resource);
              expired.addCount(each.expired(), resource);
              unread.addCount(each.unread(), resource);
            });
    return new MetricSnapshots(
        leader.snapshot(),
        synced.snapshot(),
        lists.snapshot(),
        changes.snapshot(),
        expired.snapshot(),
        unread.snapshot(),
        kept().snapshot(),
        leftOut().snapshot());
  }

  private GaugeRows kept() {
    GaugeRows kept = new GaugeRows(ClusterFamily.WATCHED_OBJECTS, SERIES_MAX);
    state.lock.lock();
    try {
      state
          .kept()
          .forEach((resource, each) -> kept.add(each.records().size(), resource.toString()));
    } finally {
      state.lock.unlock();
    }
    return kept;
  }

  private GaugeRows leftOut() {
    GaugeRows leftOut = new GaugeRows(ClusterFamily.LEFT_OUT, SERIES_MAX);
    state.lock.lock();
    try {
      leftOut.addCount(
          state.kept().values().stream().mapToLong(KeptObjects::leftOut).sum(), "objects");
      leftOut.addCount(state.events.leftOut(), "events");
    } finally {
      state.lock.unlock();
    }
    leftOut.addCount(metrics.seriesLeftOut(), "series");
    leftOut.addCount(log.dropped(), "lines");
    return leftOut;
  }
}
