package dev.streamgauge.gpu;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A GPU that the driver shows.
 *
 * @param minor the N of {@code /dev/nvidiaN} or {@code /dev/dri/renderDN}; null where nobody tells
 * @param instances its MIG devices, of which there may be none
 */
public record VisibleGpu(
    GpuIdentity gpu, @Nullable Integer minor, Cut cut, List<Instance> instances) {

  /** Whether it runs something itself. */
  public enum Cut {
    WHOLE,
    /** Its MIG devices do. */
    MIG,
    /** Its partitions do, as AMD's are called, which are not told apart here. */
    PARTITIONS
  }

  public VisibleGpu {
    instances = List.copyOf(instances);
  }

  /** What a process may be given: the GPU, or each of its MIG devices. */
  Stream<GpuIdentity> assignable() {
    return cut == Cut.MIG ? instances.stream().map(Instance::device) : Stream.of(gpu);
  }

  /**
   * A MIG device.
   *
   * @param gpuInstance as in its old name, {@code MIG-GPU-uuid/gpuInstance/computeInstance}
   */
  public record Instance(GpuIdentity device, int gpuInstance, int computeInstance) {}
}
