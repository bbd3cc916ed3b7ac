package dev.streamgauge.cli.replay;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code streamgauge replay --check MANIFEST}: recordings scored against their manifest. */
final class CheckedCorpus {
  private static final int DIFFERENT = 1;
  private static final int UNUSABLE = 2;

  private final Path manifest;
  private final Map<String, Manifest.Recording> listed = new LinkedHashMap<>();

  CheckedCorpus(Path manifest) throws BadRecording {
    this.manifest = manifest;
    for (Manifest.Recording recording : Manifest.read(manifest)) {
      listed.put(recording.file(), recording);
    }
  }

  /**
   * Prints a line for each difference, then a summary.
   *
   * @param named recordings, or folders of them; if none, all that the manifest lists, beside it
   * @return the exit code
   */
  int run(List<Path> named, PrintStream out, PrintStream err) {
    ManifestCheck check = new ManifestCheck((_, expected) -> expected.foundAnything());
    boolean unusable = false;
    int printed = 0;
    for (Path file : files(named)) {
      try {
        check.compare(file, recording(file));
      } catch (BadRecording e) {
        err.println("streamgauge: " + e.getMessage());
        unusable = true;
      }
      List<String> differences = check.differences();
      differences.subList(printed, differences.size()).forEach(out::println);
      printed = differences.size();
    }
    out.printf(
        "%d files, %d exchanges, %d with content: %d differences;"
            + " %d files differ as known, by definition%n",
        check.files(), check.exchanges(), check.compared(), printed, check.knownFiles().size());
    out.flush();
    if (unusable) {
      return UNUSABLE;
    }
    return printed > 0 ? DIFFERENT : 0;
  }

  private Manifest.Recording recording(Path file) throws BadRecording {
    Manifest.Recording recording = listed.get(nameOf(file));
    if (recording == null) {
      throw new BadRecording(
          "FILE: \"" + file + "\" on the command line (expected: one that the manifest lists)");
    }
    return recording;
  }

  private List<Path> files(List<Path> named) {
    List<Path> files = new ArrayList<>();
    if (named.isEmpty()) {
      listed.keySet().forEach(name -> files.add(manifest.resolveSibling(name)));
    }
    for (Path file : named) {
      if (Files.isDirectory(file)) {
        listed.keySet().stream().map(file::resolve).filter(Files::exists).forEach(files::add);
      } else {
        files.add(file);
      }
    }
    return files;
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }
}
