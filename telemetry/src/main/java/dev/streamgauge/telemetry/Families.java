package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes families of metrics, all in one registry. Names are given as the contract writes them,
 * without the prefix; the unit follows from the name.
 */
final class Families {
  static final String PREFIX = "streamgauge_";
  static final String MODEL = "model";
  static final String OPERATION = "operation";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final TelemetrySettings.Metrics settings;

  Families(TelemetrySettings.Metrics settings) {
    this.settings = settings;
  }

  MetricSnapshots scrape() {
    return registry.scrape();
  }

  /** Families that somebody else makes, whose series come and go. */
  void add(MultiCollector collector) {
    registry.register(collector);
  }

  /** A counter of requests: labels {@code model}, {@code operation} and these. */
  Counter requestCounter(String name, String help, String... labels) {
    return counter(name, help, withModel(labels));
  }

  /** A histogram of requests: labels {@code model}, {@code operation} and these. */
  BulkHistogram requestHistogram(String name, String help, BucketFamily buckets, String... labels) {
    return histogram(name, help, buckets, withModel(labels));
  }

  Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(PREFIX + withoutTotal(name))
        .unit(unit(withoutTotal(name)))
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  BulkHistogram histogram(String name, String help, BucketFamily buckets, String... labels) {
    return foreignHistogram(PREFIX + name, help, buckets, labels);
  }

  /** A histogram whose name somebody else has chosen. */
  BulkHistogram foreignHistogram(String name, String help, BucketFamily buckets, String... labels) {
    Histograms published = settings.histograms();
    BulkHistogram histogram =
        new BulkHistogram(name, help, unit(name), settings.bounds(buckets), published, labels);
    registry.register(histogram);
    return histogram;
  }

  /** A counter whose name somebody else has chosen; the exposition adds {@code _total}. */
  Counter foreignCounter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  void counted(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(PREFIX + withoutTotal(name))
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .unit(unit(name))
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  /** One gauge for each of the values of a label. */
  void gauge(String name, String help, String label, Supplier<Iterable<Reading>> readings) {
    GaugeWithCallback.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(label)
        .callback(
            callback -> readings.get().forEach(each -> callback.call(each.value(), each.label())))
        .register(registry);
  }

  void info(String name, String help, String label, String value) {
    Info.builder()
        .name(PREFIX + name)
        .help(help)
        .labelNames(label)
        .register(registry)
        .addLabelValues(value);
  }

  /** What a gauge with one label says now. */
  record Reading(String label, double value) {}

  private static String[] withModel(String... labels) {
    String[] all = new String[labels.length + 2];
    all[0] = MODEL;
    all[1] = OPERATION;
    System.arraycopy(labels, 0, all, 2, labels.length);
    return all;
  }

  private static String withoutTotal(String name) {
    return name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
  }

  private static @Nullable Unit unit(String name) {
    if (name.endsWith("_seconds")) {
      return Unit.SECONDS;
    }
    return name.endsWith("_ratio") ? Unit.RATIO : null;
  }

  /** Adds to a counter that may not have moved yet; 0 makes it visible. */
  static void add(Counter counter, double amount, String... labels) {
    CounterDataPoint point = counter.labelValues(labels);
    if (amount > 0) {
      point.inc(amount);
    }
  }
}
