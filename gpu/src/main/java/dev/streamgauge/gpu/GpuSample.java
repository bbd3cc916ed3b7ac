package dev.streamgauge.gpu;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one look at one device gave. Immutable.
 *
 * @param figures those that are known, in their published units
 * @param throttled why clocks are low now; null where it is not known
 * @param supported whether the device has a figure; one of which it is not known yet is missing
 */
public record GpuSample(
    GpuIdentity gpu,
    Map<GpuField, Double> figures,
    @Nullable Set<ThrottleReason> throttled,
    Map<GpuField, Boolean> supported) {

  public GpuSample {
    figures = Map.copyOf(figures);
    throttled = throttled == null ? null : Set.copyOf(throttled);
    supported = Map.copyOf(supported);
  }

  /** Null where it is not known. */
  public @Nullable Double figure(GpuField field) {
    return figures.get(field);
  }
}
