package dev.streamgauge.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The points of a histogram, with explicit bounds or as an exponential one. */
record HistogramConversion(long startEpochNanos, long nowEpochNanos) {
  private static final String TRACE_ID = "trace_id";
  private static final String SPAN_ID = "span_id";

  HistogramData explicit(List<HistogramDataPointSnapshot> all) {
    List<HistogramPointData> points = new ArrayList<>(all.size());
    for (HistogramDataPointSnapshot point : all) {
      points.add(explicit(point));
    }
    return HistogramData.create(AggregationTemporality.CUMULATIVE, points);
  }

  ExponentialHistogramData exponential(List<HistogramDataPointSnapshot> all) {
    List<ExponentialHistogramPointData> points = new ArrayList<>(all.size());
    for (HistogramDataPointSnapshot point : all) {
      points.add(exponential(point));
    }
    return ExponentialHistogramData.create(AggregationTemporality.CUMULATIVE, points);
  }

  private HistogramPointData explicit(HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    List<Double> bounds = new ArrayList<>(buckets.size());
    List<Long> counts = new ArrayList<>(buckets.size());
    for (int i = 0; i < buckets.size(); i++) {
      if (!Double.isInfinite(buckets.getUpperBound(i))) {
        bounds.add(buckets.getUpperBound(i));
      }
      counts.add(buckets.getCount(i));
    }
    return new Point(
        startEpochNanos,
        nowEpochNanos,
        MetricConversion.attributes(point.getLabels()),
        point.getSum(),
        point.getCount(),
        bounds,
        counts,
        exemplars(point.getExemplars()));
  }

  private ExponentialHistogramPointData exponential(HistogramDataPointSnapshot point) {
    int scale = point.getNativeSchema();
    return ExponentialHistogramPointData.create(
        scale,
        point.getSum(),
        point.getNativeZeroCount(),
        false,
        0,
        false,
        0,
        positive(scale, point.getNativeBucketsForPositiveValues()),
        ExponentialHistogramBuckets.create(scale, 0, List.of()),
        startEpochNanos,
        nowEpochNanos,
        MetricConversion.attributes(point.getLabels()),
        exemplars(point.getExemplars()));
  }

  /** Prometheus numbers a bucket by its upper bound, OTLP by its lower one. */
  private static ExponentialHistogramBuckets positive(int scale, NativeHistogramBuckets buckets) {
    if (buckets.size() == 0) {
      return ExponentialHistogramBuckets.create(scale, 0, List.of());
    }
    int first = buckets.getBucketIndex(0);
    int last = buckets.getBucketIndex(buckets.size() - 1);
    List<Long> counts = new ArrayList<>(Collections.nCopies(last - first + 1, 0L));
    for (int i = 0; i < buckets.size(); i++) {
      counts.set(buckets.getBucketIndex(i) - first, buckets.getCount(i));
    }
    return ExponentialHistogramBuckets.create(scale, first - 1, counts);
  }

  private static List<DoubleExemplarData> exemplars(Exemplars all) {
    List<DoubleExemplarData> converted = new ArrayList<>(all.size());
    for (Exemplar exemplar : all) {
      String traceId = exemplar.getLabels().get(TRACE_ID);
      String spanId = exemplar.getLabels().get(SPAN_ID);
      SpanContext span =
          traceId == null || spanId == null
              ? SpanContext.getInvalid()
              : SpanContext.create(
                  traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
      converted.add(
          DoubleExemplarData.create(
              further(exemplar.getLabels(), span.isValid()),
              TimeUnit.MILLISECONDS.toNanos(exemplar.getTimestampMillis()),
              span,
              exemplar.getValue()));
    }
    return converted;
  }

  /** What of its labels has no place of its own. */
  private static Attributes further(Labels labels, boolean inSpan) {
    var further = Attributes.builder();
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.getName(i);
      if (!inSpan || (!name.equals(TRACE_ID) && !name.equals(SPAN_ID))) {
        further.put(name, labels.getValue(i));
      }
    }
    return further.build();
  }

  /** One with explicit bounds; the SDK's own factory takes no exemplars. */
  private record Point(
      long startEpochNanos,
      long epochNanos,
      Attributes attributes,
      double sum,
      long count,
      List<Double> boundaries,
      List<Long> counts,
      List<DoubleExemplarData> exemplars)
      implements HistogramPointData {

    @Override
    public long getStartEpochNanos() {
      return startEpochNanos;
    }

    @Override
    public long getEpochNanos() {
      return epochNanos;
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public double getSum() {
      return sum;
    }

    @Override
    public long getCount() {
      return count;
    }

    @Override
    public boolean hasMin() {
      return false;
    }

    @Override
    public double getMin() {
      return 0;
    }

    @Override
    public boolean hasMax() {
      return false;
    }

    @Override
    public double getMax() {
      return 0;
    }

    @Override
    public List<Double> getBoundaries() {
      return boundaries;
    }

    @Override
    public List<Long> getCounts() {
      return counts;
    }

    @Override
    public List<DoubleExemplarData> getExemplars() {
      return exemplars;
    }
  }
}
