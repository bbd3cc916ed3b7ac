package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;

/**
 * What the figures of a request are published under.
 *
 * @param model a value of the {@code model} label
 * @param kind of the {@code operation} label
 */
record Row(String model, Operation kind) {
  /** What a family is shown under before any request came. */
  static final Row FIRST = new Row(ModelLabels.OTHER, Operation.OTHER);

  /** The value of the {@code operation} label. */
  String operation() {
    return kind.label();
  }

  HistogramSeries in(BulkHistogram histogram) {
    return histogram.with(model, operation());
  }

  HistogramSeries in(BulkHistogram histogram, String label) {
    return histogram.with(model, operation(), label);
  }

  LateHistogram late(BulkHistogram histogram) {
    return new LateHistogram(histogram, model, operation());
  }

  LateHistogram late(BulkHistogram histogram, String label) {
    return new LateHistogram(histogram, model, operation(), label);
  }
}
