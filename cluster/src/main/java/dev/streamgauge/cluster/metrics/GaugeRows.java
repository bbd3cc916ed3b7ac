package dev.streamgauge.cluster.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The series of one family for one page; what has the same labels is added up. */
public final class GaugeRows {
  private final ClusterFamily family;
  private final int seriesMax;
  private final Map<List<String>, Double> values = new LinkedHashMap<>();
  private long leftOut;

  public GaugeRows(ClusterFamily family, int seriesMax) {
    this.family = family;
    this.seriesMax = seriesMax;
  }

  /** Adds; the labels in the order of the family's. Past the limit it is left out and counted. */
  public void add(double value, String... labels) {
    List<String> key = Arrays.asList(labels);
    if (values.size() >= seriesMax && !values.containsKey(key)) {
      leftOut++;
      return;
    }
    values.merge(key, value, Double::sum);
  }

  /** Adds a count. */
  public void addCount(long value, String... labels) {
    add((double) value, labels);
  }

  /** Series that this page does not have. */
  public long leftOut() {
    return leftOut;
  }

  public MetricSnapshot snapshot() {
    return switch (family.type()) {
      case COUNTER -> counter();
      case GAUGE, HISTOGRAM -> gauge();
    };
  }

  private MetricSnapshot gauge() {
    GaugeSnapshot.Builder builder =
        GaugeSnapshot.builder().name(family.libraryName()).help(family.help());
    values.forEach(
        (labels, value) ->
            builder.dataPoint(
                GaugeDataPointSnapshot.builder().value(value).labels(labels(labels)).build()));
    return builder.build();
  }

  private MetricSnapshot counter() {
    CounterSnapshot.Builder builder =
        CounterSnapshot.builder().name(family.libraryName()).help(family.help());
    values.forEach(
        (labels, value) ->
            builder.dataPoint(
                CounterDataPointSnapshot.builder().value(value).labels(labels(labels)).build()));
    return builder.build();
  }

  private Labels labels(List<String> values) {
    return Labels.of(family.labels().toArray(new String[0]), values.toArray(new String[0]));
  }
}
