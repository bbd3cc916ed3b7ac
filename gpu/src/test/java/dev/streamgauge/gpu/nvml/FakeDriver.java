package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.driver.ScriptedLibrary;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** NVIDIA's library of {@code src/test/c/nvml_fake.c}. */
public final class FakeDriver extends ScriptedLibrary<FakeDriver> {
  private final Path folder;

  final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());

  /** A driver with no GPU yet. */
  public FakeDriver(Path folder, String... compilerFlags) {
    super(folder, "libnvidia-ml.so.1", "nvml_fake.c", compilerFlags);
    this.folder = folder;
    says("driver", "575.57.08");
    says("count", "0");
  }

  @Override
  protected FakeDriver self() {
    return this;
  }

  /** A Hopper card that has every figure. */
  @Override
  public FakeDriver hasGpu(int index) {
    String gpu = "gpu" + index + ".";
    says("count", Math.max(index + 1, gpus()));
    says(gpu + "uuid", uuid(index)).says(gpu + "name", "NVIDIA H100 80GB HBM3");
    says(gpu + "minor", index);
    says(gpu + "utilization", 87).says(gpu + "memory_utilization", 41);
    says(gpu + "memory_total", 85_520_809_984L).says(gpu + "memory_used", 70_000_000_000L);
    says(gpu + "memory_reserved", 500_000_000L);
    says(gpu + "power_mw", 543_210).says(gpu + "power_limit_mw", 700_000);
    says(gpu + "temperature", 61).says(gpu + "energy_mj", 123_456_789_012L);
    says(gpu + "clock_graphics", 1980).says(gpu + "clock_sm", 1965);
    says(gpu + "clock_mem", 2619).says(gpu + "clock_video", 1545);
    says(gpu + "clock_events", "0x44");
    says(gpu + "ecc_corrected", 3).says(gpu + "ecc_uncorrected", 0);
    says(gpu + "field197", 1_000).says(gpu + "field198", 2_000);
    says(gpu + "field138", 7).says(gpu + "field139", 9);
    says(gpu + "pcie_tx_kbs", 3_000).says(gpu + "pcie_rx_kbs", 4_000);
    says(gpu + "gpm", 1).says(gpu + "gpm2", "71.5").says(gpu + "gpm5", "33.25");
    return says(gpu + "gpm10", "52.125");
  }

  /** That GPU is cut into such parts. */
  public FakeDriver hasInstances(int gpu, int count) {
    says("gpu" + gpu + ".mig", 1);
    for (int i = 0; i < count; i++) {
      String instance = "gpu" + gpu + ".mig" + i + ".";
      says(instance + "uuid", instanceUuid(gpu, i));
      says(instance + "name", "NVIDIA H100 80GB HBM3 MIG 1g.10gb");
      says(instance + "gi", 7 + i).says(instance + "ci", 0);
      says(instance + "memory_total", 10_200_547_328L).says(instance + "memory_reserved", 0);
      says(instance + "memory_used", 1_000_000L * (i + 1));
      says(instance + "gpm2", 10 + i).says(instance + "gpm5", 20 + i);
      says(instance + "gpm10", 30 + i);
    }
    return this;
  }

  static String uuid(int gpu) {
    return "GPU-%d1b8a0de-7c2d-4a5f-9d2e-0123456789ab".formatted(gpu);
  }

  static String instanceUuid(int gpu, int instance) {
    return "MIG-%d%dc0ffee-1111-5222-8333-444455556666".formatted(gpu, instance);
  }

  @Override
  public NvmlReader reader() {
    return reader(settings(new GpuChoice.Auto(), null));
  }

  public NvmlReader reader(GpuAssignment settings) {
    return reader(settings, lookup());
  }

  /** As if the driver did not have that function yet. */
  NvmlReader readerWithout(NvmlFunction function) {
    return reader(settings(new GpuChoice.Auto(), null), lookupWithout(function));
  }

  private NvmlReader reader(GpuAssignment settings, Optional<SymbolLookup> lookup) {
    return new NvmlReader(
        settings, nanos::get, new NvmlReader.Place(() -> lookup, new NvidiaFiles(folder)));
  }

  public static GpuAssignment settings(GpuChoice choice, @Nullable String runtimeDevices) {
    return new GpuAssignment(choice, runtimeDevices, List.of());
  }
}
