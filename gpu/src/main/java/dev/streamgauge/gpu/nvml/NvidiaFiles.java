package dev.streamgauge.gpu.nvml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What stands below {@code root} of the GPUs that this container was given. A container runtime
 * makes a {@code /dev/nvidiaN} for each of them, and NVIDIA's own leaves only theirs in {@code
 * /proc/driver/nvidia/gpus}; a privileged container has all files of the first kind, one that was
 * made by CDI all of the second. So a GPU has to be in both, where there are any.
 */
record NvidiaFiles(Path root) {
  private static final int GPUS_MAX = 64;
  private static final int INFORMATION_BYTES_MAX = 4096;
  private static final String UUID = "GPU UUID:";
  private static final String MINOR = "Device Minor:";

  /**
   * What was found at one moment.
   *
   * @param minors of the GPUs that were given; null where nothing tells, as under WSL
   * @param minorsByUuid of those in {@code /proc} whose UUID stands there: before a GPU is first
   *     used it is question marks
   */
  record Given(@Nullable Set<Integer> minors, Map<String, Integer> minorsByUuid) {
    /** Null where it is not known. */
    @Nullable Integer minor(String uuid) {
      return minorsByUuid.get(uuid);
    }
  }

  Given read() {
    Set<Integer> minors = devices();
    Map<String, Integer> byUuid = new HashMap<>();
    Set<Integer> known = new HashSet<>();
    boolean whole = true;
    for (String text : information()) {
      Integer minor = number(value(text, MINOR));
      String uuid = value(text, UUID);
      if (minor == null) {
        whole = false;
      } else {
        known.add(minor);
        byUuid.put(uuid, minor);
      }
    }
    if (whole && !known.isEmpty()) {
      if (minors == null) {
        minors = known;
      } else {
        minors.retainAll(known);
      }
    }
    return new Given(minors, byUuid);
  }

  /** The N of each {@code /dev/nvidiaN}; null where there is none. */
  private @Nullable Set<Integer> devices() {
    Set<Integer> minors =
        list(root.resolve("dev")).stream()
            .map(path -> path.getFileName().toString())
            .filter(name -> name.matches("nvidia\\d{1,4}"))
            .map(name -> Integer.valueOf(name.substring("nvidia".length())))
            .collect(Collectors.toCollection(HashSet::new));
    return minors.isEmpty() ? null : minors;
  }

  /** The text that the kernel module has of each GPU. */
  private List<String> information() {
    List<String> texts = new ArrayList<>();
    for (Path gpu : list(root.resolve("proc/driver/nvidia/gpus"))) {
      if (texts.size() < GPUS_MAX) {
        texts.add(text(gpu.resolve("information")));
      }
    }
    return texts;
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(INFORMATION_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** What stands behind a name; empty where the name does not. */
  private static String value(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElse("");
  }

  private static @Nullable Integer number(String text) {
    return text.matches("\\d{1,4}") ? Integer.valueOf(text) : null;
  }
}
