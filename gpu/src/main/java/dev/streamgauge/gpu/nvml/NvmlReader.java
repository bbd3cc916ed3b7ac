package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.gpu.XidCounts;
import dev.streamgauge.gpu.driver.DriverReader;
import dev.streamgauge.gpu.driver.ErrorCounts;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/** NVIDIA's GPUs, by NVML. */
public final class NvmlReader extends DriverReader<NvmlCode, Nvml> {
  /**
   * Where the driver's library lies, by its full name: the short one, {@code libnvidia-ml.so}, is
   * that of CUDA's stub, which answers nothing. After the loader's own search come the folders of
   * NVIDIA's runtime, of GKE and of WSL, which the loader need not know of in a container.
   */
  private static final List<String> LIBRARIES =
      List.of(
          "libnvidia-ml.so.1",
          "/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib/aarch64-linux-gnu/libnvidia-ml.so.1",
          "/usr/lib64/libnvidia-ml.so.1",
          "/usr/local/nvidia/lib64/libnvidia-ml.so.1",
          "/usr/lib/wsl/lib/libnvidia-ml.so.1");

  private final Place place;
  private final NvmlKept kept;
  private final XidCounts xids = new XidCounts();

  /** This machine's. */
  public NvmlReader(GpuAssignment assignment, LongSupplier ticker) {
    this(assignment, ticker, new Place(() -> firstOf(LIBRARIES), new NvidiaFiles(Path.of("/"))));
  }

  NvmlReader(GpuAssignment assignment, LongSupplier ticker, Place place) {
    super("libnvidia-ml.so.1", place.library, ticker, new ErrorCounts(List.of(NvmlCode.values())));
    this.place = place;
    this.kept = new NvmlKept(assignment);
  }

  /** Where the driver is. */
  record Place(LibraryLookup library, NvidiaFiles files) {}

  @Override
  protected Nvml bind(SymbolLookup found, ErrorCounts counts) {
    Nvml nvml = new Nvml(counts);
    nvml.bind(found, List.of(NvmlFunction.values()));
    return nvml;
  }

  @Override
  protected NvmlSession session(Nvml opened) {
    return new NvmlSession(opened, kept, xids, place.files.read());
  }

  @Override
  public List<XidCounts.Count> xids() {
    return xids.all();
  }
}
