package dev.streamgauge.otlp;

import dev.streamgauge.telemetry.GenAiAttribute;
import dev.streamgauge.telemetry.GenAiMetric;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page's families as OTLP has them. Ours keep their names but for {@code _total}, which whoever
 * writes them for Prometheus adds again; the mirror of OpenTelemetry's conventions has its dotted
 * names, and a label that is empty is absent. Counters and histograms are cumulative since the
 * start.
 *
 * @param exponential histograms are sent as exponential ones where they are both
 */
record MetricConversion(
    Resource resource, InstrumentationScopeInfo scope, long startEpochNanos, boolean exponential) {

  List<MetricData> convert(MetricSnapshots page, long nowEpochNanos) {
    List<MetricData> all = new ArrayList<>(page.size());
    for (MetricSnapshot family : page) {
      MetricData metric = metric(family, nowEpochNanos);
      if (metric != null && !metric.isEmpty()) {
        all.add(metric);
      }
    }
    return all;
  }

  private @Nullable MetricData metric(MetricSnapshot family, long now) {
    MetricMetadata of = family.getMetadata();
    return switch (family) {
      case CounterSnapshot counter ->
          metric(
              of,
              "",
              MetricDataType.DOUBLE_SUM,
              SumData.createDoubleSumData(
                  true, AggregationTemporality.CUMULATIVE, points(counter, now)));
      case GaugeSnapshot gauge ->
          metric(
              of,
              "",
              MetricDataType.DOUBLE_GAUGE,
              GaugeData.createDoubleGaugeData(points(gauge, now)));
      case InfoSnapshot info ->
          metric(
              of,
              "_info",
              MetricDataType.DOUBLE_GAUGE,
              GaugeData.createDoubleGaugeData(points(info, now)));
      case HistogramSnapshot histogram -> histogram(of, histogram, now);
      default -> null; // we have no summaries and nothing of unknown type
    };
  }

  private @Nullable MetricData histogram(MetricMetadata of, HistogramSnapshot family, long now) {
    HistogramConversion points = new HistogramConversion(startEpochNanos, now);
    var all = family.getDataPoints();
    if (all.isEmpty()) {
      return null;
    }
    boolean asExponential =
        all.getFirst().hasNativeHistogramData()
            && (exponential || !all.getFirst().hasClassicHistogramData());
    return asExponential
        ? metric(of, "", MetricDataType.EXPONENTIAL_HISTOGRAM, points.exponential(all))
        : metric(of, "", MetricDataType.HISTOGRAM, points.explicit(all));
  }

  private MetricData metric(MetricMetadata of, String suffix, MetricDataType type, Data<?> data) {
    String name = of.getPrometheusName();
    GenAiMetric mirrored = GenAiMetric.ofPrometheus(name);
    String help = of.getHelp() == null ? "" : of.getHelp();
    return mirrored == null
        ? new Metric(resource, scope, name + suffix, help, unit(name), type, data)
        : new Metric(resource, scope, mirrored.dotted(), help, mirrored.unit(), type, data);
  }

  private List<DoublePointData> points(CounterSnapshot family, long now) {
    List<DoublePointData> points = new ArrayList<>(family.getDataPoints().size());
    for (var point : family.getDataPoints()) {
      points.add(point(startEpochNanos, now, point.getLabels(), point.getValue()));
    }
    return points;
  }

  private static List<DoublePointData> points(GaugeSnapshot family, long now) {
    List<DoublePointData> points = new ArrayList<>(family.getDataPoints().size());
    for (var point : family.getDataPoints()) {
      points.add(point(now, now, point.getLabels(), point.getValue()));
    }
    return points;
  }

  private static List<DoublePointData> points(InfoSnapshot family, long now) {
    List<DoublePointData> points = new ArrayList<>(family.getDataPoints().size());
    for (var point : family.getDataPoints()) {
      points.add(point(now, now, point.getLabels(), 1));
    }
    return points;
  }

  private static DoublePointData point(long start, long now, Labels labels, double value) {
    return DoublePointData.create(start, now, attributes(labels), value, List.of());
  }

  static Attributes attributes(Labels labels) {
    AttributesBuilder all = Attributes.builder();
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.getValue(i).isEmpty()) {
        all.put(GenAiAttribute.ofLabel(labels.getName(i)), labels.getValue(i));
      }
    }
    return all.build();
  }

  /** In UCUM, as the name ends. */
  static String unit(String name) {
    if (name.endsWith("_per_second")) {
      return "{token}/s";
    }
    return switch (name.substring(name.lastIndexOf('_') + 1)) {
      case "seconds" -> "s";
      case "bytes" -> "By";
      case "ratio" -> "1";
      case "joules" -> "J";
      case "watts" -> "W";
      case "celsius" -> "Cel";
      case "hertz" -> "Hz";
      case "tokens" -> "{token}";
      default -> "";
    };
  }

  /** One family. */
  private record Metric(
      Resource resource,
      InstrumentationScopeInfo scope,
      String name,
      String description,
      String unit,
      MetricDataType type,
      Data<?> data)
      implements MetricData {

    @Override
    public Resource getResource() {
      return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
      return scope;
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String getDescription() {
      return description;
    }

    @Override
    public String getUnit() {
      return unit;
    }

    @Override
    public MetricDataType getType() {
      return type;
    }

    @Override
    public Data<?> getData() {
      return data;
    }
  }
}
