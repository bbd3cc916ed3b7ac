package dev.streamgauge.cluster.kube;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads lines into an array that grows up to the longest allowed and is given back behind a long
 * one. A longer line is passed over and counted. For one thread.
 */
final class LineReader {
  private static final int READ_BYTES = 16 * 1024;
  private static final int KEPT_BYTES_MAX = 64 * 1024;

  private final InputStream in;
  private final int bytesMax;
  private final byte[] read = new byte[READ_BYTES];
  private int at;
  private int filled;
  private byte[] line = new byte[READ_BYTES];
  private int length;
  private int passedOver;

  LineReader(InputStream in, int bytesMax) {
    this.in = in;
    this.bytesMax = bytesMax;
  }

  /**
   * Reads the next line that is not empty.
   *
   * @return false at the end; what stands behind the last line's end is half a line and none
   */
  boolean next() throws IOException {
    startLine();
    boolean tooLong = false;
    while (at < filled || fill()) {
      int newline = newline();
      int to = newline < 0 ? filled : newline;
      tooLong = tooLong || !append(at, to);
      at = newline < 0 ? filled : newline + 1;
      if (newline >= 0 && tooLong) {
        passedOver++;
        tooLong = false;
        length = 0;
      } else if (newline >= 0 && length > 0) {
        return true;
      }
    }
    return false;
  }

  /** The line, up to {@link #length()}; valid until the next one. */
  byte[] bytes() {
    return line;
  }

  int length() {
    return length;
  }

  /** Lines that were too long, since this was asked last. */
  int takePassedOver() {
    int now = passedOver;
    passedOver = 0;
    return now;
  }

  private void startLine() {
    length = 0;
    if (line.length > KEPT_BYTES_MAX) {
      line = new byte[READ_BYTES];
    }
  }

  private boolean fill() throws IOException {
    at = 0;
    filled = Math.max(0, in.read(read, 0, read.length));
    return filled > 0;
  }

  private int newline() {
    for (int i = at; i < filled; i++) {
      if (read[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** False where the line gets too long. */
  private boolean append(int from, int to) {
    int more = to - from;
    if (length + more > bytesMax) {
      return false;
    }
    if (length + more > line.length) {
      int doubled = Math.max(line.length * 2, length + more);
      line = Arrays.copyOf(line, Math.min(doubled, bytesMax));
    }
    System.arraycopy(read, from, line, length, more);
    length += more;
    return true;
  }
}
