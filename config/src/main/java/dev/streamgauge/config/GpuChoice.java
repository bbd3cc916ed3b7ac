package dev.streamgauge.config;

import java.util.List;

/** Which GPUs are looked at. */
public sealed interface GpuChoice {
  /** Those that the surroundings assign to this container. */
  record Auto() implements GpuChoice {}

  /** None; the driver is not even opened. */
  record Off() implements GpuChoice {}

  /**
   * These.
   *
   * @param uuids as the driver spells them, {@code GPU-...} or {@code MIG-...}; at least one
   */
  record Named(List<String> uuids) implements GpuChoice {
    public Named {
      uuids = List.copyOf(uuids);
    }
  }
}
