package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
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

  /** A histogram whose name and bounds somebody else has chosen. */
  BulkHistogram foreignHistogram(String name, String help, double[] bounds, String... labels) {
    BulkHistogram histogram =
        BulkHistogram.withForeignBounds(
            name, help, unit(name), bounds, settings.histograms(), labels);
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

  /** A gauge that is absent while nothing is known. */
  void sometimes(String name, String help, Sometimes value) {
    foreignGauge(PREFIX + name, help, value);
  }

  /** A gauge whose name somebody else has chosen; null is absent. */
  void foreignGauge(String name, String help, Sometimes value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> call(callback, value.value()))
        .register(registry);
  }

  /** A gauge with several labels whose values change. */
  void labelled(String name, String help, Supplier<List<Labelled>> readings, String... labels) {
    foreignLabelled(PREFIX + name, help, readings, labels);
  }

  /** A gauge with labels whose values change, and whose name somebody else has chosen. */
  void foreignLabelled(
      String name, String help, Supplier<List<Labelled>> readings, String... labels) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .callback(
            callback -> readings.get().forEach(each -> callback.call(each.value(), each.labels())))
        .register(registry);
  }

  /** One counter for each of the values of a label. */
  void countedBy(String name, String help, String label, Supplier<Iterable<Reading>> readings) {
    CounterWithCallback.builder()
        .name(PREFIX + withoutTotal(name))
        .help(help)
        .labelNames(label)
        .callback(
            callback -> readings.get().forEach(each -> callback.call(each.value(), each.label())))
        .register(registry);
  }

  /** One counter for each of the values of several labels. */
  void countedByAll(String name, String help, Supplier<List<Labelled>> readings, String... labels) {
    CounterWithCallback.builder()
        .name(PREFIX + withoutTotal(name))
        .help(help)
        .labelNames(labels)
        .callback(
            callback -> readings.get().forEach(each -> callback.call(each.value(), each.labels())))
        .register(registry);
  }

  /** An info whose labels change, without its suffix. */
  void info(String name, String help, Supplier<List<Labels>> labels) {
    foreignInfo(PREFIX + name, help, labels);
  }

  /** An info whose labels change, and whose name, here without its suffix, somebody else chose. */
  void foreignInfo(String name, String help, Supplier<List<Labels>> labels) {
    MetricMetadata metadata = new MetricMetadata(name, help);
    registry.register(
        () ->
            new InfoSnapshot(
                metadata,
                labels.get().stream().map(InfoSnapshot.InfoDataPointSnapshot::new).toList()));
  }

  private static void call(GaugeWithCallback.Callback callback, @Nullable Double value) {
    if (value != null) {
      callback.call(value);
    }
  }

  /** What may be known. */
  @FunctionalInterface
  interface Sometimes {
    /** Null while it is not. */
    @Nullable Double value();
  }

  /** What a gauge with one label says now. */
  record Reading(String label, double value) {}

  /** What a gauge with several labels says now. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Labelled(double value, String... labels) {}

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
