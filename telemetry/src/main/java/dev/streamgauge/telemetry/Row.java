package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.InferenceRecord;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * What all figures of one request are published under.
 *
 * @param origin becomes the exemplar; null without ids
 */
record Row(String model, String operation, @Nullable Origin origin) {
  /** What a family is shown under before any request came. */
  static final Row FIRST = new Row(ModelLabels.OTHER, "other", null);

  static Row of(RequestRecord record, ModelLabels models) {
    return new Row(models.of(record), record.operation().label(), Origin.of(record));
  }

  /** Without exemplars: an inference has no ids that a log has, too. */
  static Row ofInference(InferenceRecord record, ModelLabels models) {
    String model = models.ofStream(record.model(), null, Operation.INFER);
    return new Row(model, Operation.INFER.label(), null);
  }

  HistogramSeries in(BulkHistogram histogram) {
    return histogram.with(model, operation);
  }

  HistogramSeries in(BulkHistogram histogram, String label) {
    return histogram.with(model, operation, label);
  }

  /** Observes nanoseconds, if they are known. */
  void observe(BulkHistogram histogram, @Nullable Long nanos) {
    if (nanos != null) {
      in(histogram).observeNanos(nanos, origin);
    }
  }

  /** Observes nanoseconds, if they are known. */
  void observe(BulkHistogram histogram, String label, @Nullable Long nanos) {
    if (nanos != null) {
      in(histogram, label).observeNanos(nanos, origin);
    }
  }
}
