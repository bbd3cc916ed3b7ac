package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A family of histograms that takes single values as well as all gaps of a request at once; classic
 * and native. Any thread; keep the series, looking one up allocates.
 */
final class BulkHistogram implements Collector {
  private final MetricMetadata metadata;
  private final String[] labelNames;
  private final double[] boundsWithInfinity;
  private final Histograms published;
  private final boolean foreignBounds;
  private final ConcurrentHashMap<List<String>, HistogramSeries> series = new ConcurrentHashMap<>();

  BulkHistogram(
      String name,
      String help,
      @Nullable Unit unit,
      double[] bounds,
      Histograms published,
      String... labelNames) {
    this(name, help, unit, bounds, published, false, labelNames);
  }

  private BulkHistogram(
      String name,
      String help,
      @Nullable Unit unit,
      double[] bounds,
      Histograms published,
      boolean foreignBounds,
      String... labelNames) {
    this.foreignBounds = foreignBounds;
    this.metadata = new MetricMetadata(name, help, unit);
    this.labelNames = labelNames.clone();
    this.boundsWithInfinity = Arrays.copyOf(bounds, bounds.length + 1);
    this.boundsWithInfinity[bounds.length] = Double.POSITIVE_INFINITY;
    this.published = published;
  }

  /** One whose bounds are not those into which requests count their gaps. */
  static BulkHistogram withForeignBounds(
      String name,
      String help,
      @Nullable Unit unit,
      double[] bounds,
      Histograms published,
      String... labelNames) {
    return new BulkHistogram(name, help, unit, bounds, published, true, labelNames);
  }

  /** The series of these label values, made when first asked for. */
  HistogramSeries with(String... labelValues) {
    return series.computeIfAbsent(List.of(labelValues), this::newSeries);
  }

  @Override
  public HistogramSnapshot collect() {
    List<HistogramDataPointSnapshot> points = new ArrayList<>(series.size());
    for (HistogramSeries each : series.values()) {
      points.add(each.snapshot());
    }
    return new HistogramSnapshot(metadata, points);
  }

  @Override
  public MetricFamilyDescriptor getMetricFamilyDescriptor() {
    return MetricFamilyDescriptor.of(MetricType.HISTOGRAM, metadata, Set.of(labelNames));
  }

  private HistogramSeries newSeries(List<String> values) {
    Labels labels = Labels.of(labelNames, values.toArray(new String[0]));
    return new HistogramSeries(labels, boundsWithInfinity, published, foreignBounds);
  }
}
