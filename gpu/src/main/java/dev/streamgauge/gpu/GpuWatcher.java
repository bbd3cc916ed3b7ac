package dev.streamgauge.gpu;

import org.jspecify.annotations.Nullable;

/** Is told each look as it was made. On the sampler's thread: what it takes delays the next one. */
@FunctionalInterface
public interface GpuWatcher {
  /**
   * The driver was asked.
   *
   * @param snapshot null where it, or each GPU of ours, did not answer
   */
  void looked(@Nullable GpuSnapshot snapshot, long atNanos);
}
