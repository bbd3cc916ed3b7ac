package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.VisibleGpu;
import dev.streamgauge.gpu.driver.Means;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices that the driver shows, and how they are called. */
final class NvmlDevices {
  /** More than any machine has. */
  private static final int GPUS_MAX = 64;

  private static final int INSTANCES_MAX = 16;
  private static final int UUID_BYTES_MAX = 96;
  private static final int NAME_BYTES_MAX = 96;
  private static final String MIG_IN_NAME = " MIG ";

  private final Nvml nvml;
  private final NvidiaFiles.Given files;
  private final List<VisibleGpu> all = new ArrayList<>();
  private final Map<String, Handle> handles = new HashMap<>();
  private int unreadable;

  NvmlDevices(Nvml nvml, NvidiaFiles.Given files) {
    this.nvml = nvml;
    this.files = files;
  }

  /**
   * How calls name a device.
   *
   * @param gpu of the GPU that it is a part of; its own where it is no MIG device
   * @param gpuInstance null where it is no MIG device
   */
  record Handle(MemorySegment device, MemorySegment gpu, @Nullable Integer gpuInstance) {}

  List<VisibleGpu> all() {
    return List.copyOf(all);
  }

  /** How many the driver counts and does not let be opened. */
  int unreadable() {
    return unreadable;
  }

  Handle handle(GpuIdentity gpu) {
    Handle handle = handles.get(gpu.uuid());
    if (handle == null) {
      throw new IllegalStateException(gpu + " was not listed");
    }
    return handle;
  }

  /** SUCCESS, or why there is no list. */
  NvmlCode list() {
    MemorySegment out = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.COUNT, out);
    if (code != NvmlCode.SUCCESS) {
      return code;
    }
    int count = Math.clamp(out.get(ValueLayout.JAVA_INT, 0), 0, GPUS_MAX);
    for (int index = 0; index < count; index++) {
      NvmlCode ofGpu = add(index);
      if (ofGpu.means() == Means.DRIVER_LOST) {
        return ofGpu;
      }
      if (ofGpu != NvmlCode.SUCCESS) {
        unreadable++;
      }
    }
    return NvmlCode.SUCCESS;
  }

  private NvmlCode add(int index) {
    MemorySegment out = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.HANDLE_BY_INDEX, index, out);
    if (code != NvmlCode.SUCCESS) {
      return code;
    }
    MemorySegment device = out.get(ValueLayout.ADDRESS, 0);
    if (Nvml.isNull(device)) {
      return NvmlCode.NOT_FOUND;
    }
    MemorySegment text = nvml.emptyRoom();
    code = nvml.call(NvmlFunction.UUID, device, text, UUID_BYTES_MAX);
    if (code != NvmlCode.SUCCESS) {
      return code;
    }
    String uuid = Nvml.text(text, UUID_BYTES_MAX);
    Integer told = number(NvmlFunction.MINOR_NUMBER, device);
    Integer minor = told == null ? files.minor(uuid) : told;
    boolean mig = Integer.valueOf(1).equals(migMode(device));
    List<VisibleGpu.Instance> instances = mig ? instances(device) : List.of();
    handles.put(uuid, new Handle(device, device, null));
    VisibleGpu.Cut cut = mig ? VisibleGpu.Cut.MIG : VisibleGpu.Cut.WHOLE;
    all.add(new VisibleGpu(new GpuIdentity(uuid, name(device), ""), minor, cut, instances));
    return NvmlCode.SUCCESS;
  }

  private String name(MemorySegment device) {
    MemorySegment text = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.NAME, device, text, NAME_BYTES_MAX);
    return code == NvmlCode.SUCCESS ? Nvml.text(text, NAME_BYTES_MAX) : "";
  }

  private @Nullable Integer number(NvmlFunction function, MemorySegment device) {
    MemorySegment out = nvml.emptyRoom();
    NvmlCode code = nvml.call(function, device, out);
    return code == NvmlCode.SUCCESS ? out.get(ValueLayout.JAVA_INT, 0) : null;
  }

  private @Nullable Integer migMode(MemorySegment device) {
    MemorySegment current = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.MIG_MODE, device, current, current.asSlice(4));
    return code == NvmlCode.SUCCESS ? current.get(ValueLayout.JAVA_INT, 0) : null;
  }

  private List<VisibleGpu.Instance> instances(MemorySegment gpu) {
    Integer most = number(NvmlFunction.MIG_COUNT_MAX, gpu);
    List<VisibleGpu.Instance> instances = new ArrayList<>();
    int places = most == null ? 0 : Math.clamp(most, 0, INSTANCES_MAX);
    for (int index = 0; index < places; index++) {
      MemorySegment out = nvml.emptyRoom();
      if (nvml.call(NvmlFunction.MIG_HANDLE_BY_INDEX, gpu, index, out) == NvmlCode.SUCCESS) {
        addInstance(gpu, out.get(ValueLayout.ADDRESS, 0), instances);
      }
    }
    return instances;
  }

  private void addInstance(
      MemorySegment gpu, MemorySegment device, List<VisibleGpu.Instance> instances) {
    if (Nvml.isNull(device)) {
      return;
    }
    MemorySegment text = nvml.emptyRoom();
    if (nvml.call(NvmlFunction.UUID, device, text, UUID_BYTES_MAX) != NvmlCode.SUCCESS) {
      return;
    }
    String uuid = Nvml.text(text, UUID_BYTES_MAX);
    String name = name(device);
    int profile = name.indexOf(MIG_IN_NAME);
    GpuIdentity identity =
        new GpuIdentity(
            uuid,
            profile < 0 ? name : name.substring(0, profile),
            profile < 0 ? "unknown" : name.substring(profile + MIG_IN_NAME.length()));
    Integer gpuInstance = number(NvmlFunction.GPU_INSTANCE_ID, device);
    Integer computeInstance = number(NvmlFunction.COMPUTE_INSTANCE_ID, device);
    handles.put(uuid, new Handle(device, gpu, gpuInstance == null ? -1 : gpuInstance));
    instances.add(
        new VisibleGpu.Instance(
            identity,
            gpuInstance == null ? -1 : gpuInstance,
            computeInstance == null ? -1 : computeInstance));
  }
}
