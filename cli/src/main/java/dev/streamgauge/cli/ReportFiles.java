package dev.streamgauge.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files one report reads and writes, by where they really are: a name may be one of several,
 * as a shell's pattern beside a file's own name. Pipes and devices are not looked at.
 */
final class ReportFiles {
  private final Set<Path> read = new HashSet<>();
  private final Set<Path> written = new HashSet<>();

  /**
   * The first of {@code files} that is there already, whose requests would count twice; or null.
   */
  static @Nullable String twiceIn(List<String> files) {
    Set<Path> seen = new HashSet<>();
    for (String file : files) {
      Path place = place(Path.of(file));
      if (place != null && !seen.add(place)) {
        return file;
      }
    }
    return null;
  }

  void reads(List<String> files) {
    for (String file : files) {
      Path place = place(Path.of(file));
      if (place != null) {
        read.add(place);
      }
    }
  }

  /** Why it must not be written, in words; null if it may be. */
  @Nullable String inTheWayOf(Path file) {
    Path place = place(file);
    if (place == null) {
      return null;
    }
    if (read.contains(place)) {
      return "it is read";
    }
    return written.add(place) ? null : "it is written already";
  }

  /** Null where it is no file, and could not become one. */
  private static @Nullable Path place(Path file) {
    Path whole = file.toAbsolutePath();
    Path folder = whole.getParent();
    Path name = whole.getFileName();
    try {
      if (Files.isRegularFile(whole)) {
        return whole.toRealPath();
      }
      return Files.exists(whole) || folder == null || name == null
          ? null
          : folder.toRealPath().resolve(name);
    } catch (IOException e) {
      return null;
    }
  }
}
