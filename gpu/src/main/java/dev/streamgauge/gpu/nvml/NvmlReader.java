package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.GpuReader;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.XidCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** NVIDIA's GPUs, by NVML. The library is opened at the first look, and stays. */
public final class NvmlReader implements GpuReader {
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

  /** How often the driver is asked anew while no GPU is ours. */
  private static final long ASKED_ANEW_NANOS = Duration.ofMinutes(1).toNanos();

  private final Place place;
  private final LongSupplier ticker;
  private final NvmlKept kept;
  private final NvmlErrors errors = new NvmlErrors();
  private final XidCounts xids = new XidCounts();

  /** Null until the library was found: without it nothing of the foreign-function API is loaded. */
  private volatile @Nullable Nvml nvml;

  // the sampler's thread alone
  private boolean everSeen;
  private @Nullable NvmlSession session;
  private long openedNanos;

  /** This machine's. */
  public NvmlReader(ProxySettings.Gpu settings, LongSupplier ticker) {
    this(settings, ticker, new Place(NvmlReader::library, NvmlReader::deviceFiles));
  }

  NvmlReader(ProxySettings.Gpu settings, LongSupplier ticker, Place place) {
    this.place = place;
    this.ticker = ticker;
    this.kept = new NvmlKept(settings);
  }

  /** Where the driver is. */
  record Place(LibraryLookup library, DeviceFiles files) {}

  /** Finds the library. */
  @FunctionalInterface
  interface LibraryLookup {
    Optional<SymbolLookup> open();
  }

  /** Lists the N of each {@code /dev/nvidiaN}. */
  @FunctionalInterface
  interface DeviceFiles {
    /** Null where there are none. */
    @Nullable Set<Integer> list();
  }

  @Override
  public GpuReading read() {
    try {
      if (session != null && nothingIsOurs(session)) {
        close();
      }
      GpuReading failure = session == null ? open() : null;
      return failure == null ? session().read(ticker.getAsLong()) : failure;
    } catch (RuntimeException e) {
      return new GpuReading.Lost(lastCall() + ": " + e);
    }
  }

  private boolean nothingIsOurs(NvmlSession open) {
    return open.empty() && ticker.getAsLong() - openedNanos > ASKED_ANEW_NANOS;
  }

  private NvmlSession session() {
    if (session == null) {
      throw new IllegalStateException("not open");
    }
    return session;
  }

  /** Null where it went well. */
  private @Nullable GpuReading open() {
    Nvml library = bound();
    if (library == null) {
      return new GpuReading.NoDriver("libnvidia-ml.so.1 is not here");
    }
    NvmlCode code = library.call(NvmlFunction.INIT);
    if (code != NvmlCode.SUCCESS) {
      String why = NvmlFunction.INIT.symbol() + ": " + code.label();
      return everSeen ? new GpuReading.Lost(why) : new GpuReading.NoDriver(why);
    }
    openedNanos = ticker.getAsLong();
    NvmlSession opened = new NvmlSession(library, kept, xids);
    session = opened;
    GpuReading failure = opened.open(place.files.list());
    everSeen |= failure == null;
    return failure;
  }

  /** Null where there is no library. */
  private @Nullable Nvml bound() {
    Nvml bound = nvml;
    Optional<SymbolLookup> found = bound == null ? place.library.open() : Optional.empty();
    if (found.isPresent()) {
      bound = new Nvml(errors);
      bound.bind(found.get());
      nvml = bound;
    }
    return bound;
  }

  @Override
  public void close() {
    NvmlSession open = session;
    Nvml library = nvml;
    session = null;
    if (open != null && library != null) {
      open.close();
      library.call(NvmlFunction.SHUTDOWN);
    }
  }

  @Override
  public String lastCall() {
    Nvml library = nvml;
    return library == null ? "dlopen" : library.lastCall();
  }

  @Override
  public Map<String, Long> errors() {
    return errors.all();
  }

  @Override
  public List<XidCounts.Count> xids() {
    return xids.all();
  }

  /** Never closed: to unload a driver's library under its own threads would end this process. */
  private static Optional<SymbolLookup> library() {
    return LIBRARIES.stream().flatMap(name -> library(name).stream()).findFirst();
  }

  @SuppressWarnings("restricted") // the driver's library, by a name that nobody can set
  static Optional<SymbolLookup> library(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
