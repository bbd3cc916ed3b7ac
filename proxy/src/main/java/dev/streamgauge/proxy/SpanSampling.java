package dev.streamgauge.proxy;

import dev.streamgauge.config.OtlpSettings;
import org.jspecify.annotations.Nullable;

/**
 * Which requests become spans: decided when a request begins, for its server is told. As the
 * samplers of OpenTelemetry's specification ("Built-in samplers") decide. Immutable.
 */
final class SpanSampling {
  /** No spans are sent: nobody decides anything. */
  static final SpanSampling OFF = new SpanSampling(null);

  private static final int LOW_HALF = 16;

  private final OtlpSettings.@Nullable Sampling settings;
  private final long bound;

  private SpanSampling(OtlpSettings.@Nullable Sampling settings) {
    this.settings = settings;
    this.bound = settings == null ? 0 : (long) (settings.rootRatio() * Long.MAX_VALUE);
  }

  static SpanSampling of(@Nullable OtlpSettings settings) {
    return settings == null || !settings.traces() ? OFF : new SpanSampling(settings.sampling());
  }

  boolean on() {
    return settings != null;
  }

  /** Whether a request without a trace that can be read becomes a span. */
  boolean root(String traceId) {
    return settings != null && byRatio(traceId);
  }

  /** Whether a request that came with a trace becomes a span. */
  boolean child(String traceId, boolean parentSampled) {
    return settings != null
        && (settings.sampler().parentBased() ? parentSampled : byRatio(traceId));
  }

  /** By the lower half of the trace's id, so that all who sample by it agree. */
  private boolean byRatio(String traceId) {
    long low = Long.parseUnsignedLong(traceId, LOW_HALF, traceId.length(), 16);
    return bound == Long.MAX_VALUE || Math.abs(low) < bound;
  }
}
