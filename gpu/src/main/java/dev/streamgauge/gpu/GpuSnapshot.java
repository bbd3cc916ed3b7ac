package dev.streamgauge.gpu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at all devices gave. Immutable.
 *
 * @param driver its version; null where the driver does not tell
 * @param gpus those that are ours
 * @param others several that are visible here while none is assigned to this container
 * @param missing those that should be ours, by what they are called, and do not answer
 */
public record GpuSnapshot(
    @Nullable String driver, List<GpuSample> gpus, List<GpuIdentity> others, List<String> missing) {

  public GpuSnapshot {
    gpus = List.copyOf(gpus);
    others = List.copyOf(others);
    missing = List.copyOf(missing);
  }

  /** Whether each GPU that is ours answers, and there is one. */
  public boolean whole() {
    return !gpus.isEmpty() && missing.isEmpty();
  }
}
