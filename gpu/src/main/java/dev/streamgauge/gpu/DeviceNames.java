package dev.streamgauge.gpu;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which environment variables call a device: its UUID or the beginning of one, a MIG
 * device's old name, AMD's runtime's name, a number in the driver's order, {@code GPU:MIG} numbers,
 * and each of them behind the class of a CDI name, {@code nvidia.com/gpu=}.
 *
 * @param fewer not all are visible, so that numbers mean nothing
 */
record DeviceNames(List<VisibleGpu> visible, boolean fewer) {
  private static final int DIGITS_MAX = 4;
  private static final int AMD_UUID_CHARACTERS = 36;

  /** What was asked for: the devices, and the names that none bears. */
  record Found(List<GpuIdentity> devices, List<String> unknown) {}

  Found find(List<String> entries) {
    Set<GpuIdentity> devices = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String entry : entries) {
      String name = plain(entry);
      List<GpuIdentity> named = byNumber(name, entries.size());
      if (named.isEmpty()) {
        named = byName(name);
      }
      if (named.isEmpty() && !name.isEmpty()) {
        unknown.add(name);
      }
      devices.addAll(named);
    }
    return new Found(List.copyOf(devices), unknown);
  }

  /** As CUDA reads its variable, whose numbers count {@code among}. */
  List<GpuIdentity> untilUnknown(List<String> entries, List<GpuIdentity> among) {
    Set<GpuIdentity> devices = new LinkedHashSet<>();
    for (String entry : entries) {
      String name = plain(entry);
      int number = number(name);
      List<GpuIdentity> named =
          number < 0 || fewer
              ? byName(name).stream().filter(among::contains).toList()
              : number < among.size() ? List.of(among.get(number)) : List.of();
      if (named.isEmpty()) {
        break;
      }
      devices.addAll(named);
    }
    return List.copyOf(devices);
  }

  private static String plain(String entry) {
    return entry.strip().substring(entry.strip().indexOf('=') + 1);
  }

  /**
   * A number counts the node's GPUs. Where as many are visible as are named, the runtime has hidden
   * the others, and what is visible is what was meant.
   */
  private List<GpuIdentity> byNumber(String name, int named) {
    int colon = name.indexOf(':');
    int number = number(colon < 0 ? name : name.substring(0, colon));
    if (number < 0 || fewer) {
      return List.of();
    }
    if (colon >= 0) {
      return instance(number, number(name.substring(colon + 1)));
    }
    if (visible.size() == named) {
      return visible.stream().flatMap(DeviceNames::whole).toList();
    }
    return number < visible.size() ? whole(visible.get(number)).toList() : List.of();
  }

  private List<GpuIdentity> instance(int gpu, int instance) {
    if (gpu >= visible.size() || instance < 0) {
      return List.of();
    }
    List<VisibleGpu.Instance> all = visible.get(gpu).instances();
    return instance < all.size() ? List.of(all.get(instance).device()) : List.of();
  }

  private List<GpuIdentity> byName(String name) {
    if (name.length() <= "GPU-".length()) {
      return List.of();
    }
    for (VisibleGpu gpu : visible) {
      GpuIdentity old = byOldName(gpu, name);
      if (old != null) {
        return List.of(old);
      }
    }
    return unambiguous(name);
  }

  private static @Nullable GpuIdentity byOldName(VisibleGpu gpu, String name) {
    if (name.equalsIgnoreCase(rocrName(gpu.gpu().uuid()))) {
      return gpu.gpu();
    }
    for (VisibleGpu.Instance each : gpu.instances()) {
      String old =
          "MIG-" + gpu.gpu().uuid() + "/" + each.gpuInstance() + "/" + each.computeInstance();
      if (old.equalsIgnoreCase(name)) {
        return each.device();
      }
    }
    return null;
  }

  /** AMD's runtime says {@code GPU-} and the serial number, of which AMD SMI's UUID is made. */
  private static String rocrName(String uuid) {
    boolean ofAmd = uuid.length() == AMD_UUID_CHARACTERS && !uuid.startsWith("GPU-");
    return ofAmd ? "GPU-" + uuid.substring(0, 2) + uuid.substring(21, 23) + uuid.substring(24) : "";
  }

  /** By the beginning of a UUID, which has to be that of one alone. */
  private List<GpuIdentity> unambiguous(String name) {
    String prefix = name.toLowerCase(Locale.ROOT);
    List<VisibleGpu> gpus =
        visible.stream().filter(gpu -> begins(gpu.gpu().uuid(), prefix)).toList();
    if (!gpus.isEmpty()) {
      return gpus.size() == 1 ? whole(gpus.getFirst()).toList() : List.of();
    }
    List<GpuIdentity> instances =
        visible.stream()
            .flatMap(gpu -> gpu.instances().stream().map(VisibleGpu.Instance::device))
            .filter(device -> begins(device.uuid(), prefix))
            .toList();
    return instances.size() == 1 ? instances : List.of();
  }

  private static boolean begins(String uuid, String prefix) {
    return uuid.toLowerCase(Locale.ROOT).startsWith(prefix);
  }

  /** A GPU with all that it is cut into: whoever owns it owns its power and its heat, too. */
  private static Stream<GpuIdentity> whole(VisibleGpu gpu) {
    return Stream.concat(
        Stream.of(gpu.gpu()), gpu.instances().stream().map(VisibleGpu.Instance::device));
  }

  /** Negative where it is none. */
  private static int number(String text) {
    boolean digits =
        !text.isEmpty()
            && text.length() <= DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Integer.parseInt(text) : -1;
  }
}
