package dev.streamgauge.gpu.nvml;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.config.ProxySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A copy of its own of the library that {@code src/test/c/nvml_fake.c} becomes, and what it says. A
 * test that needs it is skipped where there is no C compiler.
 */
public final class FakeDriver {
  private static final Path SOURCE = Path.of("src/test/c/nvml_fake.c");
  private static final Map<String, Path> BUILT = new ConcurrentHashMap<>();

  private final Path library;
  private final Path script;
  private final Map<String, String> says = new TreeMap<>();

  final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());

  /** A driver with no GPU yet. */
  public FakeDriver(Path folder, String... compilerFlags) {
    try {
      Path built = BUILT.computeIfAbsent(String.join(" ", compilerFlags), FakeDriver::build);
      library = Files.copy(built, folder.resolve("libnvidia-ml.so.1"));
      script = folder.resolve("script");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    says("driver", "575.57.08");
    says("count", "0");
  }

  private static Path build(String flags) {
    String compiler =
        List.of("cc", "gcc", "clang").stream().filter(FakeDriver::runs).findFirst().orElse("");
    Assumptions.assumeFalse(
        compiler.isEmpty(), "no C compiler (cc, gcc, clang): the fake driver cannot be built");
    try {
      Path library =
          Files.createTempFile(Files.createDirectories(Path.of("target")), "nvml", ".so");
      List<String> command = new ArrayList<>(List.of(compiler, "-std=c11", "-Wall", "-Wextra"));
      command.addAll(List.of("-Werror", "-O1", "-fPIC", "-shared"));
      command.addAll(flags.isEmpty() ? List.of() : List.of(flags.split(" ")));
      command.addAll(List.of("-o", library.toString(), SOURCE.toString(), "-ldl"));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(said);
      }
      return library;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean runs(String compiler) {
    try {
      return new ProcessBuilder(compiler, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From the next call on. */
  public FakeDriver says(String key, Object value) {
    says.put(key, value.toString());
    return written();
  }

  public FakeDriver saysNoMore(String key) {
    says.remove(key);
    return written();
  }

  /** A Hopper card that has every figure. */
  public FakeDriver hasGpu(int index) {
    String gpu = "gpu" + index + ".";
    says("count", Math.max(index + 1, Integer.parseInt(says.getOrDefault("count", "0"))));
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

  private FakeDriver written() {
    StringBuilder text = new StringBuilder();
    says.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
    try {
      Path next = Files.writeString(script.resolveSibling("script.next"), text);
      Files.move(next, script, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public NvmlReader reader() {
    return reader(settings(new GpuChoice.Auto(), null));
  }

  public NvmlReader reader(ProxySettings.Gpu settings) {
    return reader(settings, NvmlReader.library(library.toString()));
  }

  /** As if the driver did not have that function yet. */
  NvmlReader readerWithout(NvmlFunction function) {
    Optional<SymbolLookup> all = NvmlReader.library(library.toString());
    return reader(
        settings(new GpuChoice.Auto(), null),
        all.map(
            lookup ->
                name -> name.equals(function.symbol()) ? Optional.empty() : lookup.find(name)));
  }

  private NvmlReader reader(ProxySettings.Gpu settings, Optional<SymbolLookup> lookup) {
    return new NvmlReader(
        settings, nanos::get, new NvmlReader.Place(() -> lookup, FakeDriver::noDeviceFiles));
  }

  private static @Nullable Set<Integer> noDeviceFiles() {
    return null;
  }

  public static ProxySettings.Gpu settings(GpuChoice choice, @Nullable String runtimeDevices) {
    return new ProxySettings.Gpu(choice, Duration.ofSeconds(1), runtimeDevices, null, null, null);
  }
}
