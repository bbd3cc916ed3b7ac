package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.gpu.driver.KeptGpus;
import java.util.HashMap;
import java.util.Map;

/** What is remembered from one opening of the driver to the next. The sampler's thread alone. */
final class NvmlKept {
  private final KeptGpus gpus;
  private final Map<String, PcieBytes> pcieByUuid = new HashMap<>();

  NvmlKept(GpuAssignment assignment) {
    this.gpus = new KeptGpus(assignment);
  }

  KeptGpus gpus() {
    return gpus;
  }

  PcieBytes pcie(String uuid) {
    return pcieByUuid.computeIfAbsent(uuid, _ -> new PcieBytes());
  }
}
