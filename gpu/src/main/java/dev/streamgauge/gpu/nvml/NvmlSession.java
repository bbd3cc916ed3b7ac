package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.XidCounts;
import dev.streamgauge.gpu.driver.DriverSession;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** From one opening of NVML to its end. The sampler's thread alone. */
final class NvmlSession extends DriverSession<NvmlCode, Nvml, NvmlDevice> {
  private static final int TEXT_BYTES_MAX = 80;

  private final NvmlKept kept;
  private final NvidiaFiles.Given files;
  private final NvmlEvents events;
  private final NvmlDevices visible;

  NvmlSession(Nvml nvml, NvmlKept kept, XidCounts xids, NvidiaFiles.Given files) {
    super(nvml);
    this.kept = kept;
    this.files = files;
    this.events = new NvmlEvents(nvml, xids);
    this.visible = new NvmlDevices(nvml, files);
  }

  @Override
  protected @Nullable GpuReading open() {
    NvmlCode code = visible.list();
    if (code != NvmlCode.SUCCESS) {
      return lost(code);
    }
    int unreadable = visible.unreadable();
    assign(kept.gpus().assign(visible.all(), unreadable, files.minors()), unreadable, driver());
    events.open(devices());
    return null;
  }

  private @Nullable String driver() {
    MemorySegment text = library().emptyRoom();
    NvmlCode code = library().call(NvmlFunction.DRIVER_VERSION, text, TEXT_BYTES_MAX);
    return code == NvmlCode.SUCCESS ? Nvml.text(text, TEXT_BYTES_MAX) : null;
  }

  @Override
  protected NvmlDevice device(GpuIdentity gpu) {
    PcieBytes pcie = kept.pcie(gpu.uuid());
    pcie.reopened();
    return new NvmlDevice(library(), gpu, visible.handle(gpu), pcie);
  }

  @Override
  protected NvmlCode beforeLook() {
    return events.take();
  }

  @Override
  protected void closeRest() {
    events.close();
  }
}
