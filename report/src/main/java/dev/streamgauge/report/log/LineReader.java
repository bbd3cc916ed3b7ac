package dev.streamgauge.report.log;

import java.io.IOException;
import java.io.InputStream;

/**
 * Cuts a stream of bytes into lines. Holds one line of at most {@link #LINE_BYTES_MAX}; a longer
 * one is passed over. For one thread.
 */
final class LineReader {
  static final int LINE_BYTES_MAX = 1 << 20;

  private static final int READ_BYTES_MIN = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[LINE_BYTES_MAX + 2 * READ_BYTES_MIN];

  /** Where the line begins; what was read reaches to {@code to}. */
  private int from;

  private int to;
  private int lineEnd;
  private boolean tooLong;

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The bytes that {@link #start} and {@link #length} speak of; valid until the next line. */
  byte[] bytes() {
    return buffer;
  }

  int start() {
    return from;
  }

  int length() {
    return lineEnd - from;
  }

  /** Of the line that was found last: then it has no bytes. */
  boolean tooLong() {
    return tooLong;
  }

  /** False behind the last line. A last line without its line feed is one, too. */
  boolean next() throws IOException {
    from = Math.min(lineEnd + 1, to);
    tooLong = false;
    int looked = 0;
    while (true) {
      int feed = lineFeed(from + looked);
      if (feed >= 0) {
        return end(feed, true);
      }
      looked = to - from;
      if (looked > LINE_BYTES_MAX) {
        tooLong = true;
        from = to;
        looked = 0;
      }
      if (!fill()) {
        return end(to, tooLong || to > from);
      }
    }
  }

  private boolean end(int at, boolean line) {
    lineEnd = at;
    tooLong |= lineEnd - from > LINE_BYTES_MAX;
    if (tooLong) {
      from = lineEnd;
    }
    return line;
  }

  private boolean fill() throws IOException {
    if (buffer.length - to < READ_BYTES_MIN) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    int read = in.read(buffer, to, buffer.length - to);
    to += Math.max(0, read);
    return read >= 0;
  }

  private int lineFeed(int at) {
    for (int i = at; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }
}
