package dev.streamgauge.gpu.driver;

import dev.streamgauge.gpu.GpuReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/**
 * A copy of its own of the library that a source below {@code src/test/c} becomes, and what it
 * says. A test that needs it is skipped where there is no C compiler.
 */
public abstract class ScriptedLibrary<T extends ScriptedLibrary<T>> {
  private static final Map<String, Path> BUILT = new ConcurrentHashMap<>();

  private final Path library;
  private final Path script;
  private final Map<String, String> says = new TreeMap<>();

  /**
   * Built once for all tests.
   *
   * @param source its file's name
   */
  protected ScriptedLibrary(Path folder, String name, String source, String... compilerFlags) {
    try {
      String key = source + " " + String.join(" ", compilerFlags);
      Path built =
          BUILT.computeIfAbsent(
              key.strip(), _ -> build(Path.of("src/test/c", source), List.of(compilerFlags)));
      library = Files.copy(built, folder.resolve(name));
      script = folder.resolve("script");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  protected abstract T self();

  /** A card that has every figure. */
  public abstract T hasGpu(int index);

  /** One to which the surroundings assign the only GPU. */
  public abstract GpuReader reader();

  private static Path build(Path source, List<String> flags) {
    String compiler =
        List.of("cc", "gcc", "clang").stream().filter(ScriptedLibrary::runs).findFirst().orElse("");
    Assumptions.assumeFalse(
        compiler.isEmpty(), "no C compiler (cc, gcc, clang): the fake driver cannot be built");
    try {
      Path library =
          Files.createTempFile(Files.createDirectories(Path.of("target")), "fake", ".so");
      List<String> command = new ArrayList<>(List.of(compiler, "-std=c11", "-Wall", "-Wextra"));
      command.addAll(List.of("-Werror", "-O1", "-fPIC", "-shared"));
      command.addAll(List.of("-o", library.toString(), source.toString()));
      command.addAll(flags);
      command.add("-ldl");
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

  /** Whether there is such a program. */
  public static boolean runs(String program) {
    try {
      return new ProcessBuilder(program, "--version")
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

  public Path library() {
    return library;
  }

  public Optional<SymbolLookup> lookup() {
    return DriverReader.library(library.toString());
  }

  /** As if it did not have that function yet. */
  public Optional<SymbolLookup> lookupWithout(DriverFunction function) {
    return lookup()
        .map(
            lookup ->
                name -> name.equals(function.symbol()) ? Optional.empty() : lookup.find(name));
  }

  /** From the next call on. */
  public T says(String key, Object value) {
    says.put(key, value.toString());
    return written();
  }

  public T saysNoMore(String key) {
    says.remove(key);
    return written();
  }

  /** Nothing whose name begins so. */
  public T saysNothingOf(String prefix) {
    says.keySet().removeIf(key -> key.startsWith(prefix));
    return written();
  }

  protected int gpus() {
    return Integer.parseInt(says.getOrDefault("count", "0"));
  }

  private T written() {
    StringBuilder text = new StringBuilder();
    says.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
    try {
      Path next = Files.writeString(script.resolveSibling("script.next"), text);
      Files.move(next, script, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return self();
  }
}
