package dev.streamgauge.cli.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A recording: a line that describes it, then one for each event. */
final class RecordedFile {
  private RecordedFile() {}

  /** Hands over the events in their order. Whatever is wrong with the file is a BadRecording. */
  static void read(Path file, Consumer<RecordedEvent> events) throws BadRecording {
    int number = 0;
    // Recordings are ASCII; any other byte is the line's fault, which has a number to tell.
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!line.isBlank() && !(number == 1 && RecordedLine.isMeta(line))) {
          events.accept(RecordedLine.parse(line));
        }
      }
    } catch (BadRecording e) {
      throw new BadRecording(file + ":" + number + ": " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw new BadRecording(file + ": no such file");
    } catch (IOException e) {
      throw new BadRecording(file + ": not readable");
    }
    if (number == 0) {
      throw new BadRecording(file + ": empty (expected: a recording)");
    }
  }
}
