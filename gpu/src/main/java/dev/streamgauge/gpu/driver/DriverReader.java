package dev.streamgauge.gpu.driver;

import dev.streamgauge.gpu.GpuReader;
import dev.streamgauge.gpu.GpuReading;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One maker's GPUs. The driver's library is opened at the first look, and stays. */
public abstract class DriverReader<C extends DriverCode, L extends DriverLibrary<C>>
    implements GpuReader {
  /** How often the driver is asked anew while no GPU is ours. */
  private static final long ASKED_ANEW_NANOS = Duration.ofMinutes(1).toNanos();

  private final String libraryName;
  private final LibraryLookup lookup;
  private final LongSupplier ticker;
  private final ErrorCounts errors;

  /** Null until the library was found: without it nothing of the foreign-function API is loaded. */
  private volatile @Nullable L library;

  // the sampler's thread alone
  private boolean everSeen;
  private @Nullable DriverSession<C, L, ?> session;
  private long openedNanos;

  protected DriverReader(
      String libraryName, LibraryLookup lookup, LongSupplier ticker, ErrorCounts errors) {
    this.libraryName = libraryName;
    this.lookup = lookup;
    this.ticker = ticker;
    this.errors = errors;
  }

  /** Finds the library. */
  @FunctionalInterface
  public interface LibraryLookup {
    Optional<SymbolLookup> open();
  }

  protected abstract L bind(SymbolLookup found, ErrorCounts counts);

  protected abstract DriverSession<C, L, ?> session(L opened);

  @Override
  public GpuReading read() {
    try {
      DriverSession<C, L, ?> open = session;
      if (open != null && nothingIsOurs(open)) {
        close();
      }
      GpuReading failure = session == null ? open() : null;
      return failure == null ? opened().read(ticker.getAsLong()) : failure;
    } catch (RuntimeException e) {
      return new GpuReading.Lost(lastCall() + ": " + e);
    }
  }

  private boolean nothingIsOurs(DriverSession<C, L, ?> open) {
    return open.empty() && ticker.getAsLong() - openedNanos > ASKED_ANEW_NANOS;
  }

  private DriverSession<C, L, ?> opened() {
    DriverSession<C, L, ?> open = session;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    return open;
  }

  /** Null where it went well. */
  private @Nullable GpuReading open() {
    L bound = bound();
    if (bound == null) {
      return new GpuReading.NoDriver(libraryName + " is not here");
    }
    C code = bound.open();
    if (!code.success()) {
      String why = bound.lastCall() + ": " + code.label();
      return everSeen ? new GpuReading.Lost(why) : new GpuReading.NoDriver(why);
    }
    openedNanos = ticker.getAsLong();
    DriverSession<C, L, ?> opened = session(bound);
    session = opened;
    GpuReading failure = opened.open();
    everSeen |= failure == null;
    return failure;
  }

  /** Null where there is no library. */
  private @Nullable L bound() {
    L bound = library;
    Optional<SymbolLookup> found = bound == null ? lookup.open() : Optional.empty();
    if (found.isPresent()) {
      bound = bind(found.get(), errors);
      library = bound;
    }
    return bound;
  }

  @Override
  public void close() {
    DriverSession<C, L, ?> open = session;
    L bound = library;
    session = null;
    if (open != null && bound != null) {
      try {
        open.close();
      } finally {
        bound.shutDown();
      }
    }
  }

  @Override
  public String lastCall() {
    L bound = library;
    return bound == null ? "dlopen" : bound.lastCall();
  }

  @Override
  public long calls() {
    L bound = library;
    return bound == null ? 0 : bound.calls();
  }

  @Override
  public Map<String, Long> errors() {
    return errors.all();
  }

  /**
   * The first that is there. Never closed: to unload a driver's library under its own threads would
   * end this process.
   */
  protected static Optional<SymbolLookup> firstOf(List<String> names) {
    return names.stream().flatMap(name -> library(name).stream()).findFirst();
  }

  @SuppressWarnings("restricted") // the driver's library, by a name that nobody can set
  public static Optional<SymbolLookup> library(String name) {
    try {
      return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
