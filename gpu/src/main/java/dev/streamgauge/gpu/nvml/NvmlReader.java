package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.XidCounts;
import dev.streamgauge.gpu.driver.DriverReader;
import dev.streamgauge.gpu.driver.ErrorCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  public NvmlReader(ProxySettings.Gpu settings, LongSupplier ticker) {
    this(settings, ticker, new Place(() -> firstOf(LIBRARIES), NvmlReader::deviceFiles));
  }

  NvmlReader(ProxySettings.Gpu settings, LongSupplier ticker, Place place) {
    super("libnvidia-ml.so.1", place.library, ticker, new ErrorCounts(List.of(NvmlCode.values())));
    this.place = place;
    this.kept = new NvmlKept(settings);
  }

  /** Where the driver is. */
  record Place(LibraryLookup library, DeviceFiles files) {}

  /** Lists the N of each {@code /dev/nvidiaN}. */
  @FunctionalInterface
  interface DeviceFiles {
    /** Null where there are none. */
    @Nullable Set<Integer> list();
  }

  @Override
  protected Nvml bind(SymbolLookup found, ErrorCounts counts) {
    Nvml nvml = new Nvml(counts);
    nvml.bind(found, List.of(NvmlFunction.values()));
    return nvml;
  }

  @Override
  protected NvmlSession session(Nvml opened) {
    return new NvmlSession(opened, kept, xids, place.files.list());
  }

  @Override
  public List<XidCounts.Count> xids() {
    return xids.all();
  }

  private static @Nullable Set<Integer> deviceFiles() {
    try (Stream<Path> all = Files.list(Path.of("/dev"))) {
      Set<Integer> minors =
          all.map(path -> path.getFileName().toString())
              .filter(name -> name.matches("nvidia\\d{1,4}"))
              .map(name -> Integer.valueOf(name.substring("nvidia".length())))
              .collect(Collectors.toUnmodifiableSet());
      return minors.isEmpty() ? null : minors;
    } catch (IOException | UncheckedIOException e) {
      return null;
    }
  }
}
