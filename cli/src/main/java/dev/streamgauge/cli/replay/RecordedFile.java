package dev.streamgauge.cli.replay;

import dev.streamgauge.config.FileFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A recording: a line that describes it, then one for each event. */
final class RecordedFile {
  private RecordedFile() {}

  /** Hands over the events in their order. Whatever is wrong with the file is a BadRecording. */
  static void read(Path file, Consumer<RecordedEvent> events) throws BadRecording {
    int number = 0;
    long nanos = Long.MIN_VALUE;
    // Recordings are ASCII; any other byte is the line's fault, which has a number to tell.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank() && !(number == 1 && RecordedLine.isMeta(line))) {
          RecordedEvent next = RecordedLine.parse(line);
          if (next.nanos() < nanos) {
            throw new BadRecording("t: " + next.nanos() + " is before the line above, " + nanos);
          }
          nanos = next.nanos();
          events.accept(next);
        }
      }
    } catch (BadRecording e) {
      throw unusable(file, "line " + number + ": " + e.getMessage());
    } catch (IOException e) {
      throw unusable(file, FileFault.text(e));
    }
    if (number == 0) {
      throw unusable(file, "it is empty");
    }
  }

  private static BadRecording unusable(Path file, String why) {
    return new BadRecording(
        "FILE: \"" + file + "\" on the command line (expected: a recording; " + why + ")");
  }
}
