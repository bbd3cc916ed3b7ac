package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.RefusalReason;
import dev.streamgauge.cluster.inject.SkipReason;
import dev.streamgauge.cluster.metrics.ClusterFamily;
import dev.streamgauge.cluster.metrics.ClusterFamily.Whose;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the webhook publishes; each series is there from the start. */
final class InjectionMetrics {
  private static final double NANOS_A_SECOND = 1e9;
  private static final double[] BOUNDS_SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
  };

  /** Why a review got no injection that was none of the pod's doing. */
  enum Fault {
    /** No AdmissionReview, or one too large: answered with an error of HTTP. */
    UNREADABLE("unreadable"),
    /** A review of something that is no new pod. */
    NOT_A_POD("not_a_pod"),
    /** A fault of ours; the pod starts without a sidecar. */
    INTERNAL("internal");

    private final String label;

    Fault(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  static final String ERROR = "error";
  static final String OWN_NAMESPACE = "own_namespace";

  private final Counter injections;
  private final Histogram reviewSeconds;
  private final Gauge uninjected;

  /** Namespaces that the last re-check found; of its thread alone. */
  private final Set<String> told = new HashSet<>();

  /**
   * Puts them on the page.
   *
   * @param identity what the webhook shows
   * @param droppedEvents how many will never be written, so far
   */
  InjectionMetrics(
      ClusterMetrics metrics,
      CurrentIdentity identity,
      InstantSource clock,
      LongSupplier droppedEvents) {
    injections =
        Counter.builder()
            .name(ClusterFamily.INJECTIONS.libraryName())
            .help(ClusterFamily.INJECTIONS.help())
            .labelNames("result", "reason")
            .withoutExemplars()
            .build();
    reviewSeconds =
        Histogram.builder()
            .name(ClusterFamily.WEBHOOK_REVIEW.libraryName())
            .help(ClusterFamily.WEBHOOK_REVIEW.help())
            .classicUpperBounds(BOUNDS_SECONDS)
            .classicOnly()
            .withoutExemplars()
            .build();
    uninjected =
        Gauge.builder()
            .name(ClusterFamily.UNINJECTED_PODS.libraryName())
            .help(ClusterFamily.UNINJECTED_PODS.help())
            .labelNames("namespace")
            .withoutExemplars()
            .build();
    GaugeWithCallback expiry = expiry(identity::current, clock);
    CounterWithCallback dropped =
        CounterWithCallback.builder()
            .name(ClusterFamily.EVENTS_DROPPED.libraryName())
            .help(ClusterFamily.EVENTS_DROPPED.help())
            .callback(callback -> callback.call((double) droppedEvents.getAsLong()))
            .build();
    beginAtZero();
    metrics.collect(
        Whose.EACH,
        () ->
            new MetricSnapshots(
                injections.collect(),
                reviewSeconds.collect(),
                expiry.collect(),
                dropped.collect()));
    metrics.collect(Whose.LEADERS, () -> new MetricSnapshots(uninjected.collect()));
  }

  private static GaugeWithCallback expiry(
      Supplier<@Nullable ServingIdentity> identity, InstantSource clock) {
    return GaugeWithCallback.builder()
        .name(ClusterFamily.WEBHOOK_CERTIFICATE_EXPIRY.libraryName())
        .help(ClusterFamily.WEBHOOK_CERTIFICATE_EXPIRY.help())
        .callback(
            callback -> {
              ServingIdentity shown = identity.get();
              if (shown != null) {
                Duration left = Duration.between(clock.instant(), shown.expiry());
                callback.call((double) left.toSeconds());
              }
            })
        .build();
  }

  private void beginAtZero() {
    injections.initLabelValues("injected", "ok");
    for (SkipReason reason : SkipReason.values()) {
      injections.initLabelValues("skipped", reason.label());
    }
    injections.initLabelValues("skipped", OWN_NAMESPACE);
    for (RefusalReason reason : RefusalReason.values()) {
      injections.initLabelValues("refused", reason.label());
    }
    for (Fault fault : Fault.values()) {
      injections.initLabelValues(ERROR, fault.label());
    }
  }

  void count(Injection injection) {
    injections.labelValues(injection.resultLabel(), injection.reasonLabel()).inc();
  }

  void countOwnNamespace() {
    injections.labelValues("skipped", OWN_NAMESPACE).inc();
  }

  void count(Fault fault) {
    injections.labelValues(ERROR, fault.label()).inc();
  }

  void reviewed(long nanos) {
    reviewSeconds.observe(nanos / NANOS_A_SECOND);
  }

  /** In place of the last ones; of at most so many namespaces as the re-check tells apart. */
  void uninjected(Map<String, Integer> podsByNamespace) {
    told.removeAll(podsByNamespace.keySet());
    told.forEach(uninjected::remove);
    told.clear();
    told.addAll(podsByNamespace.keySet());
    podsByNamespace.forEach((namespace, pods) -> uninjected.labelValues(namespace).set(pods));
  }
}
