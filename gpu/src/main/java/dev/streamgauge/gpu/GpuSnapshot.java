package dev.streamgauge.gpu;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one look at all devices gave. Immutable.
 *
 * @param drivers the version of each GPU's driver, by its UUID; where the driver tells
 * @param gpus those that are ours
 * @param others several that are visible here while none is assigned to this container
 * @param missing those that should be ours, by what they are called, and do not answer
 */
public record GpuSnapshot(
    Map<String, String> drivers,
    List<GpuSample> gpus,
    List<GpuIdentity> others,
    List<String> missing) {

  public GpuSnapshot {
    drivers = Map.copyOf(drivers);
    gpus = List.copyOf(gpus);
    others = List.copyOf(others);
    missing = List.copyOf(missing);
  }

  /** The version of that GPU's driver; null where it is not known. */
  public @Nullable String driver(GpuIdentity gpu) {
    return drivers.get(gpu.uuid());
  }

  /** Whether each GPU that is ours answers, and there is one. */
  public boolean whole() {
    return !gpus.isEmpty() && missing.isEmpty();
  }
}
