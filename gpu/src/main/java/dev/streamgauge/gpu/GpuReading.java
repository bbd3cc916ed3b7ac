package dev.streamgauge.gpu;

/** How one look ended. */
public sealed interface GpuReading {
  /** The driver answered. */
  record Seen(GpuSnapshot snapshot) implements GpuReading {}

  /** There is no driver here that could be asked. */
  record NoDriver(String why) implements GpuReading {}

  /** The driver, or each of our GPUs, no longer answers. */
  record Lost(String why) implements GpuReading {}
}
