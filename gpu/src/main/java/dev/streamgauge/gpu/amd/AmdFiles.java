package dev.streamgauge.gpu.amd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel shows of AMD's GPUs below {@code root}: the files by which a container is given
 * one, and which belongs to which place on the bus.
 */
record AmdFiles(Path root) {
  private static final String RENDER = "renderD";

  /** The N of each {@code /dev/dri/renderDN}; null where there is none. */
  @Nullable Set<Integer> given() {
    Set<Integer> given = renderNodes(root.resolve("dev/dri"));
    return given.isEmpty() ? null : given;
  }

  /**
   * The N of a GPU's {@code renderDN}; -1 where it is not known, so that it is not taken for ours
   * where files say which are.
   *
   * @param bdf {@code amdsmi_bdf_t}: function 3 bits, device 5, bus 8, domain the rest
   */
  int renderNode(long bdf) {
    String place =
        "%04x:%02x:%02x.%d".formatted(bdf >>> 16, bdf >>> 8 & 0xFF, bdf >>> 3 & 0x1F, bdf & 0x7);
    return renderNodes(root.resolve("sys/bus/pci/devices").resolve(place).resolve("drm")).stream()
        .findFirst()
        .orElse(-1);
  }

  private static Set<Integer> renderNodes(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches(RENDER + "\\d{1,5}"))
          .map(name -> Integer.valueOf(name.substring(RENDER.length())))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
  }
}
