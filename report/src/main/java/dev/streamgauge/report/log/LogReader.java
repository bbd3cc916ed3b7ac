package dev.streamgauge.report.log;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads logs, one after the other, in constant memory; lines that are not ours are counted. */
public final class LogReader {
  private final LineParser parser = new LineParser();
  private final LineCounts counts = new LineCounts();

  /**
   * Reads to the end. What was read before a fault counts.
   *
   * @param name for the places of lines that can't be used
   */
  public void read(String name, InputStream in, Consumer<LoggedRequest> to) throws IOException {
    LineReader lines = new LineReader(in);
    long number = 0;
    while (lines.next()) {
      number++;
      Line line =
          lines.tooLong()
              ? Rejection.TOO_LONG
              : parser.parse(lines.bytes(), lines.start(), lines.length());
      counts.add(line, name, number);
      if (line instanceof LoggedRequest request) {
        to.accept(request);
      }
    }
  }

  public LineCounts counts() {
    return counts;
  }
}
