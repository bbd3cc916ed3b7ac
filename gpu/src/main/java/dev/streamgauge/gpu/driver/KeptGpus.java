package dev.streamgauge.gpu.driver;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.AssignedGpus;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.VisibleGpu;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of which GPUs are ours from one opening of the driver to the next. The
 * sampler's thread alone.
 */
public final class KeptGpus {
  private final GpuAssignment assignment;
  private List<String> oursBefore = List.of();
  private int gpusMost;
  private int assignableMost;

  public KeptGpus(GpuAssignment assignment) {
    this.assignment = assignment;
  }

  /**
   * Which are ours. While fewer are visible than before it is those that were: numbers, and being
   * the only one, mean nothing then.
   *
   * @param unreadable GPUs that the driver counts and does not let be opened
   */
  public AssignedGpus assign(
      List<VisibleGpu> visible, int unreadable, @Nullable Set<Integer> given) {
    int assignable = visible.stream().mapToInt(KeptGpus::assignable).sum();
    boolean fewer = unreadable > 0 || visible.size() < gpusMost || assignable < assignableMost;
    gpusMost = Math.max(gpusMost, visible.size());
    assignableMost = Math.max(assignableMost, assignable);
    AssignedGpus.Surroundings now = new AssignedGpus.Surroundings(given, visible, fewer);
    if (fewer && !oursBefore.isEmpty()) {
      return AssignedGpus.of(named(oursBefore), now);
    }
    AssignedGpus assigned = AssignedGpus.of(assignment, now);
    oursBefore = assigned.ours().stream().map(GpuIdentity::uuid).toList();
    return assigned;
  }

  private static int assignable(VisibleGpu gpu) {
    return gpu.cut() == VisibleGpu.Cut.MIG ? gpu.instances().size() : 1;
  }

  private static GpuAssignment named(List<String> uuids) {
    return new GpuAssignment(new GpuChoice.Named(uuids), null, List.of());
  }
}
