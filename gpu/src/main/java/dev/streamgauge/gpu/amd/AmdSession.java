package dev.streamgauge.gpu.amd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.VisibleGpu;
import dev.streamgauge.gpu.driver.DriverSession;
import dev.streamgauge.gpu.driver.KeptGpus;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From one opening of AMD SMI to its end. The sampler's thread alone. */
final class AmdSession extends DriverSession<AmdCode, AmdSmi, AmdDevice> {
  private static final int SOCKETS_MAX = 64;
  private static final int PROCESSORS_MAX = 64;
  private static final int TYPE_GPU = 1;
  private static final int UUID_BYTES_MAX = 64;
  private static final int TEXT_BYTES_MAX = 63;

  /** Of partitions whose mode the library does not tell. */
  private static final String UNKNOWN_PARTITIONS = "unknown";

  /** Where handles stand behind their number. */
  private static final long HANDLES = 64;

  private final KeptGpus kept;
  private final AmdFiles files;
  private final List<VisibleGpu> visible = new ArrayList<>();
  private final Map<String, MemorySegment> handles = new HashMap<>();
  private int unreadable;

  AmdSession(AmdSmi smi, KeptGpus kept, AmdFiles files) {
    super(smi);
    this.kept = kept;
    this.files = files;
  }

  @Override
  protected @Nullable GpuReading open() {
    MemorySegment out = library().emptyRoom();
    out.set(JAVA_INT, 0, SOCKETS_MAX);
    AmdCode code = library().call(AmdFunction.SOCKETS, out, out.asSlice(HANDLES));
    if (!code.success()) {
      return lost(code);
    }
    for (MemorySegment socket : handles(out, SOCKETS_MAX)) {
      addProcessors(socket);
    }
    String driver =
        handles.isEmpty() ? null : text(AmdFunction.DRIVER, handles.values().iterator().next());
    assign(kept.assign(visible, unreadable, files.given()), unreadable, driver);
    return null;
  }

  private static List<MemorySegment> handles(MemorySegment out, int most) {
    int count = Math.clamp(out.get(JAVA_INT, 0), 0, most);
    List<MemorySegment> handles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      MemorySegment handle = out.get(ADDRESS, HANDLES + i * ADDRESS.byteSize());
      if (!AmdSmi.isNull(handle)) {
        handles.add(handle);
      }
    }
    return handles;
  }

  private void addProcessors(MemorySegment socket) {
    MemorySegment out = library().emptyRoom();
    out.set(JAVA_INT, 0, PROCESSORS_MAX);
    AmdCode code = library().call(AmdFunction.PROCESSORS, socket, out, out.asSlice(HANDLES));
    if (!code.success()) {
      unreadable++;
      return;
    }
    for (MemorySegment processor : handles(out, PROCESSORS_MAX)) {
      MemorySegment type = library().emptyRoom();
      AmdCode ofType = library().call(AmdFunction.PROCESSOR_TYPE, processor, type);
      if (!ofType.success() || type.get(JAVA_INT, 0) == TYPE_GPU) {
        add(processor);
      }
    }
  }

  private void add(MemorySegment gpu) {
    MemorySegment out = library().emptyRoom();
    out.set(JAVA_INT, 0, UUID_BYTES_MAX);
    MemorySegment text = out.asSlice(HANDLES);
    AmdCode code = library().call(AmdFunction.UUID, gpu, out, text);
    String uuid = code.success() ? AmdSmi.text(text, UUID_BYTES_MAX) : "";
    if (uuid.isEmpty()) {
      unreadable++;
      return;
    }
    if (handles.containsKey(uuid)) {
      partitioned(uuid);
      return;
    }
    String name = text(AmdFunction.ASIC, gpu);
    String partitions = partitions(gpu);
    GpuIdentity identity = new GpuIdentity(uuid, name == null ? "" : name, partitions);
    VisibleGpu.Cut cut = partitions.isEmpty() ? VisibleGpu.Cut.WHOLE : VisibleGpu.Cut.PARTITIONS;
    handles.put(uuid, gpu);
    visible.add(new VisibleGpu(identity, renderNode(gpu), cut, List.of()));
  }

  /** Several of one UUID are partitions of one GPU; the first of them tells of the whole. */
  private void partitioned(String uuid) {
    visible.replaceAll(
        each ->
            each.gpu().uuid().equals(uuid) && each.cut() == VisibleGpu.Cut.WHOLE
                ? new VisibleGpu(
                    new GpuIdentity(uuid, each.gpu().name(), UNKNOWN_PARTITIONS),
                    each.minor(),
                    VisibleGpu.Cut.PARTITIONS,
                    List.of())
                : each);
  }

  /** {@code DPX}, {@code CPX} and so on; empty where the GPU is whole, as most cannot else be. */
  private String partitions(MemorySegment gpu) {
    MemorySegment out = library().emptyRoom();
    AmdCode code = library().call(AmdFunction.COMPUTE_PARTITION, gpu, out, TEXT_BYTES_MAX);
    String mode = code.success() ? AmdSmi.text(out, TEXT_BYTES_MAX) : "";
    return mode.matches("[DTQC]PX") ? mode : "";
  }

  private int renderNode(MemorySegment gpu) {
    MemorySegment out = library().emptyRoom();
    AmdCode code = library().call(AmdFunction.BDF, gpu, out);
    return code.success() ? files.renderNode(out.get(JAVA_LONG, 0)) : -1;
  }

  /** Of a struct that begins with the text that is wanted. */
  private @Nullable String text(AmdFunction function, MemorySegment gpu) {
    MemorySegment out = library().emptyRoom();
    AmdCode code = library().call(function, gpu, out);
    return code.success() ? AmdSmi.text(out, TEXT_BYTES_MAX) : null;
  }

  @Override
  protected AmdDevice device(GpuIdentity gpu) {
    MemorySegment handle = handles.get(gpu.uuid());
    if (handle == null) {
      throw new IllegalStateException(gpu + " was not listed");
    }
    return new AmdDevice(library(), gpu, handle);
  }

  @Override
  protected AmdCode beforeLook() {
    return AmdCode.SUCCESS;
  }

  @Override
  protected void closeRest() {}
}
