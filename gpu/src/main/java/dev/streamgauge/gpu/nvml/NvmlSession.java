package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.AssignedGpus;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.XidCounts;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From one opening of the driver to its end. The sampler's thread alone. */
final class NvmlSession {
  private static final int TEXT_BYTES_MAX = 80;

  private final Nvml nvml;
  private final NvmlKept kept;
  private final NvmlEvents events;
  private final List<NvmlDevice> devices = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private List<GpuIdentity> others = List.of();
  private @Nullable String driver;

  NvmlSession(Nvml nvml, NvmlKept kept, XidCounts xids) {
    this.nvml = nvml;
    this.kept = kept;
    this.events = new NvmlEvents(nvml, xids);
  }

  /** Null where it went well. */
  @Nullable GpuReading open(@Nullable Set<Integer> deviceFiles) {
    NvmlDevices visible = new NvmlDevices(nvml);
    NvmlCode code = visible.list();
    if (code != NvmlCode.SUCCESS) {
      return lost(code);
    }
    driver = driver();
    AssignedGpus assigned = kept.assign(visible.all(), visible.unreadable(), deviceFiles);
    others = assigned.others();
    missing.addAll(assigned.missing());
    if (assigned.equals(AssignedGpus.NONE) && visible.unreadable() > 0) {
      missing.add(visible.unreadable() + " GPUs that the driver counts and does not open");
    }
    for (GpuIdentity gpu : assigned.ours()) {
      NvmlDevices.Handle handle = visible.handle(gpu);
      PcieBytes pcie = kept.pcie(gpu.uuid());
      pcie.reopened();
      devices.add(new NvmlDevice(nvml, gpu, handle, pcie));
    }
    events.open(devices);
    return null;
  }

  private @Nullable String driver() {
    MemorySegment text = nvml.emptyRoom();
    NvmlCode code = nvml.call(NvmlFunction.DRIVER_VERSION, text, TEXT_BYTES_MAX);
    return code == NvmlCode.SUCCESS ? Nvml.text(text, TEXT_BYTES_MAX) : null;
  }

  /** Whether no device is ours. */
  boolean empty() {
    return devices.isEmpty();
  }

  GpuReading read(long nowNanos) {
    List<GpuSample> samples = new ArrayList<>();
    List<String> silent = new ArrayList<>(missing);
    NvmlCode last = events.take();
    if (last.means() == NvmlCode.Means.DRIVER_LOST) {
      return lost(last);
    }
    for (NvmlDevice device : devices) {
      GpuSample sample = device.read(nowNanos);
      if (device.lastCode().means() == NvmlCode.Means.DRIVER_LOST) {
        return lost(device.lastCode());
      }
      if (sample == null) {
        silent.add(device.gpu().uuid());
        last = device.lastCode();
      } else {
        samples.add(sample);
      }
    }
    if (samples.isEmpty() && !silent.isEmpty()) {
      return devices.isEmpty()
          ? new GpuReading.Lost("not found: " + String.join(", ", silent))
          : lost(last);
    }
    return new GpuReading.Seen(new GpuSnapshot(driver, samples, others, silent));
  }

  private GpuReading lost(NvmlCode code) {
    return new GpuReading.Lost(nvml.lastCall() + ": " + code.label());
  }

  void close() {
    events.close();
    devices.forEach(NvmlDevice::close);
  }
}
