package dev.streamgauge.gpu.amd;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.driver.ScriptedLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** AMD's library of {@code src/test/c/amdsmi_fake.c}, and a root folder around it. */
public final class FakeAmd extends ScriptedLibrary<FakeAmd> {
  private final Path folder;

  /** A driver with no GPU yet. */
  public FakeAmd(Path folder, String... compilerFlags) {
    super(folder, "libamd_smi.so", "amdsmi_fake.c", compilerFlags);
    this.folder = folder;
    says("count", "0");
  }

  @Override
  protected FakeAmd self() {
    return this;
  }

  /** A card of servers that has every figure that there is. */
  @Override
  public FakeAmd hasGpu(int index) {
    String gpu = "gpu" + index + ".";
    says("count", Math.max(index + 1, gpus()));
    says(gpu + "uuid", uuid(index)).says(gpu + "name", "AMD Instinct MI300X");
    says(gpu + "driver", "6.12.12").says(gpu + "bdf", (index + 1) << 8);
    says(gpu + "partition", "SPX");
    says(gpu + "gfx", 93).says(gpu + "umc", 41);
    says(gpu + "memory_used", 150_000_000_000L).says(gpu + "memory_total", 206_000_000_000L);
    says(gpu + "watts", 651).says(gpu + "power_cap", 750_000_000);
    says(gpu + "energy", 1_000_000).says(gpu + "hotspot", 61);
    says(gpu + "gfxclk", 2100).says(gpu + "memclk", 1300);
    says(gpu + "ecc_corrected", 3).says(gpu + "ecc_uncorrected", 0);
    says(gpu + "xgmi_write", 7).says(gpu + "xgmi_read", 9);
    has("sys/bus/pci/devices/0000:%02x:00.0/drm/renderD%d".formatted(index + 1, 128 + index));
    return says(gpu + "ppt", 5);
  }

  /** A file of a device. */
  FakeAmd has(String path) {
    try {
      Files.createDirectories(folder.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  static String uuid(int index) {
    return "%02dff74a1-0000-1000-80fc-dd72e9d9b5e1".formatted(index * 10);
  }

  @Override
  public AmdReader reader() {
    return reader(new GpuAssignment(new GpuChoice.Auto(), null, List.of()));
  }

  AmdReader reader(GpuAssignment assignment) {
    return reader(assignment, lookup());
  }

  /** As if the library did not have that function yet. */
  AmdReader readerWithout(AmdFunction function) {
    return reader(
        new GpuAssignment(new GpuChoice.Auto(), null, List.of()), lookupWithout(function));
  }

  private AmdReader reader(GpuAssignment assignment, Optional<SymbolLookup> lookup) {
    return new AmdReader(assignment, () -> 0, () -> lookup, new AmdFiles(folder));
  }
}
