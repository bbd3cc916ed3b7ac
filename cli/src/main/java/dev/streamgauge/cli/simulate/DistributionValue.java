package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.ValueType;
import org.jspecify.annotations.Nullable;

/** A {@link Distribution} of durations or of counts. */
record DistributionValue(boolean ofDurations) implements ValueType<Distribution> {
  @Override
  public @Nullable Distribution parse(String text) {
    try {
      return ofDurations ? Distribution.ofDurations(text) : Distribution.ofCounts(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public String placeholder() {
    return "DISTRIBUTION";
  }

  @Override
  public String allowed() {
    return ofDurations
        ? "50ms, uniform(10ms,90ms), normal(50ms,10ms), lognormal(50ms,0.5) or exponential(50ms)"
        : "32, uniform(10,200), normal(50,10), lognormal(50,0.5) or exponential(50)";
  }
}
