package dev.streamgauge.telemetry.engine;

import org.jspecify.annotations.Nullable;

/**
 * One sample, as it stands in a line of text.
 *
 * @param name with its suffix, such as {@code _bucket}
 * @param timeSeconds since 1970, where the page says it
 */
record Sample(
    String name,
    SampleLabels labels,
    double value,
    @Nullable Double timeSeconds,
    @Nullable Exemplar exemplar) {

  /** One thing that was measured, as an example of the samples. */
  record Exemplar(SampleLabels labels, double value, @Nullable Double timeSeconds) {}
}
