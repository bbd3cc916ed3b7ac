package dev.streamgauge.gpu;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the visible GPUs are this container's own.
 *
 * <p>A container that sees a GPU need not own it: a sidecar that is let in by {@code
 * NVIDIA_VISIBLE_DEVICES=all} sees all of the node's. So several that are visible while nothing
 * says which are ours are nobody's; a single one is ours, for there is no other that could be
 * meant.
 *
 * @param ours the devices to look at
 * @param others visible, and not known to be ours; only where none is
 * @param missing named as ours and not visible
 */
public record AssignedGpus(List<GpuIdentity> ours, List<GpuIdentity> others, List<String> missing) {

  /** Nothing is ours, and nothing was asked for. */
  public static final AssignedGpus NONE = new AssignedGpus(List.of(), List.of(), List.of());

  public AssignedGpus {
    ours = List.copyOf(ours);
    others = List.copyOf(others);
    missing = List.copyOf(missing);
  }

  /**
   * What the surroundings say.
   *
   * @param given the minor numbers of the GPUs that the container was given files of; null where
   *     nothing tells
   * @param visible in the driver's order, which is that of the bus
   * @param fewer than were visible before, or than the driver counts: then numbers mean nothing,
   *     and the one of two that is left alone does not become ours
   */
  public record Surroundings(
      @Nullable Set<Integer> given, List<VisibleGpu> visible, boolean fewer) {}

  public static AssignedGpus of(GpuAssignment assignment, Surroundings surroundings) {
    List<VisibleGpu> usable =
        surroundings.visible.stream().filter(gpu -> usable(gpu, surroundings)).toList();
    return switch (assignment.choice()) {
      case GpuChoice.Off _ -> NONE;
      case GpuChoice.Named(List<String> uuids) -> named(uuids, usable, surroundings.fewer);
      case GpuChoice.Auto _ ->
          usable.isEmpty() && !none(assignment)
              ? notOurs(surroundings.visible, List.of())
              : auto(assignment, usable, surroundings.fewer);
    };
  }

  /** The driver may show what the container was given no file of. */
  private static boolean usable(VisibleGpu gpu, Surroundings surroundings) {
    Set<Integer> given = surroundings.given;
    return given == null || gpu.minor() == null || given.contains(gpu.minor());
  }

  private static AssignedGpus named(List<String> uuids, List<VisibleGpu> visible, boolean fewer) {
    DeviceNames.Found found = new DeviceNames(visible, fewer).find(uuids);
    return new AssignedGpus(found.devices(), List.of(), found.unknown());
  }

  /** Visible, and that is all that is known. */
  private static AssignedGpus notOurs(List<VisibleGpu> visible, List<String> missing) {
    List<GpuIdentity> others = visible.stream().flatMap(VisibleGpu::assignable).toList();
    return new AssignedGpus(List.of(), others, missing);
  }

  /**
   * A GPU that is cut into partitions is claimed by nothing but its name in {@code --gpu}: which of
   * them are ours is not known, and numbers count them.
   */
  private static AssignedGpus auto(
      GpuAssignment assignment, List<VisibleGpu> visible, boolean fewer) {
    List<VisibleGpu> known =
        visible.stream().filter(gpu -> gpu.cut() != VisibleGpu.Cut.PARTITIONS).toList();
    boolean numbersFail = fewer || known.size() < visible.size();
    AssignedGpus assigned = byRuntime(assignment.runtimeDevices(), known, numbersFail);
    for (String narrower : assignment.narrowing()) {
      assigned = assigned.narrowed(narrower, known, numbersFail);
    }
    boolean untold = known.size() < visible.size() && assigned.ours.isEmpty() && !none(assignment);
    return untold ? notOurs(visible, assigned.missing) : assigned;
  }

  private static boolean none(GpuAssignment assignment) {
    String devices = assignment.runtimeDevices();
    return devices != null && devices.strip().equals("none");
  }

  /**
   * {@code NVIDIA_VISIBLE_DEVICES}: not set, empty, {@code void} and a path (devices given by
   * volume mounts) say that somebody else assigns; {@code all} says nothing about whose they are.
   */
  private static AssignedGpus byRuntime(
      @Nullable String devices, List<VisibleGpu> visible, boolean fewer) {
    String value = devices == null ? "" : devices.strip();
    if (value.equals("none")) {
      return NONE;
    }
    if (value.isEmpty() || value.equals("void") || value.equals("all") || value.startsWith("/")) {
      AssignedGpus nobodys = notOurs(visible, List.of());
      boolean alone = nobodys.others.size() == 1 && !fewer;
      return alone ? new AssignedGpus(nobodys.others, List.of(), List.of()) : nobodys;
    }
    return named(List.of(value.split(",", -1)), visible, fewer);
  }

  /**
   * {@code CUDA_VISIBLE_DEVICES} and those of AMD: numbers count what was let through before, and
   * the first entry that fits nothing ends the list (CUDA programming guide, environment
   * variables).
   */
  private AssignedGpus narrowed(String narrower, List<VisibleGpu> visible, boolean fewer) {
    List<GpuIdentity> before = ours.isEmpty() ? others : ours;
    DeviceNames names = new DeviceNames(visible, fewer);
    List<GpuIdentity> narrowed = names.untilUnknown(List.of(narrower.split(",", -1)), before);
    return new AssignedGpus(narrowed, List.of(), missing);
  }
}
