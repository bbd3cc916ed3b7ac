package dev.streamgauge.gpu;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.config.ProxySettings;
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
   * @param deviceFiles the N of each {@code /dev/nvidiaN}; null where there is none, as under WSL
   * @param visible in the driver's order, which is that of the bus
   * @param fewer than were visible before, or than the driver counts: then numbers mean nothing,
   *     and the one of two that is left alone does not become ours
   */
  public record Surroundings(
      @Nullable Set<Integer> deviceFiles, List<VisibleGpu> visible, boolean fewer) {}

  public static AssignedGpus of(ProxySettings.Gpu settings, Surroundings surroundings) {
    List<VisibleGpu> usable =
        surroundings.visible.stream().filter(gpu -> usable(gpu, surroundings)).toList();
    return switch (settings.choice()) {
      case GpuChoice.Off _ -> NONE;
      case GpuChoice.Named(List<String> uuids) -> named(uuids, usable, surroundings.fewer);
      case GpuChoice.Auto _ -> auto(settings, usable, surroundings.fewer);
    };
  }

  /** The driver may show what the container was given no file of. */
  private static boolean usable(VisibleGpu gpu, Surroundings surroundings) {
    Set<Integer> files = surroundings.deviceFiles;
    return files == null || gpu.minor() == null || files.contains(gpu.minor());
  }

  private static AssignedGpus named(List<String> uuids, List<VisibleGpu> visible, boolean fewer) {
    DeviceNames.Found found = new DeviceNames(visible, fewer).find(uuids);
    return new AssignedGpus(found.devices(), List.of(), found.unknown());
  }

  private static AssignedGpus auto(
      ProxySettings.Gpu settings, List<VisibleGpu> visible, boolean fewer) {
    AssignedGpus byRuntime = byRuntime(settings.runtimeDevices(), visible, fewer);
    String cuda = settings.cudaDevices();
    return cuda == null ? byRuntime : byRuntime.narrowed(cuda, visible, fewer);
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
      List<GpuIdentity> all = visible.stream().flatMap(VisibleGpu::assignable).toList();
      boolean alone = all.size() == 1 && !fewer;
      return new AssignedGpus(alone ? all : List.of(), alone ? List.of() : all, List.of());
    }
    return named(List.of(value.split(",", -1)), visible, fewer);
  }

  /**
   * {@code CUDA_VISIBLE_DEVICES}: numbers count what the runtime lets through, and the first entry
   * that fits nothing ends the list (CUDA programming guide, environment variables).
   */
  private AssignedGpus narrowed(String cuda, List<VisibleGpu> visible, boolean fewer) {
    List<GpuIdentity> before = ours.isEmpty() ? others : ours;
    DeviceNames names = new DeviceNames(visible, fewer);
    List<GpuIdentity> narrowed = names.untilUnknown(List.of(cuda.split(",", -1)), before);
    return new AssignedGpus(narrowed, List.of(), missing);
  }
}
