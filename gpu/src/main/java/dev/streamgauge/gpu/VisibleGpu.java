package dev.streamgauge.gpu;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A GPU that the driver shows.
 *
 * @param minor the N of {@code /dev/nvidiaN}; null where the driver does not tell
 * @param mig whether it is cut into MIG devices; then it runs nothing itself
 * @param instances those devices, of which there may be none
 */
public record VisibleGpu(
    GpuIdentity gpu, @Nullable Integer minor, boolean mig, List<Instance> instances) {

  public VisibleGpu {
    instances = List.copyOf(instances);
  }

  /** What a process may be given: the GPU, or each of its MIG devices. */
  Stream<GpuIdentity> assignable() {
    return mig ? instances.stream().map(Instance::device) : Stream.of(gpu);
  }

  /**
   * A MIG device.
   *
   * @param gpuInstance as in its old name, {@code MIG-GPU-uuid/gpuInstance/computeInstance}
   */
  public record Instance(GpuIdentity device, int gpuInstance, int computeInstance) {}
}
