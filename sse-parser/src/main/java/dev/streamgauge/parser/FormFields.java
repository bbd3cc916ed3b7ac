package dev.streamgauge.parser;

/**
 * Walks over the fields of a multipart form (RFC 7578), as speech is sent to be transcribed: up to
 * the first file, or to where the prefix of the body ends. A value is what stands on its first
 * line. Allocates nothing.
 */
final class FormFields {
  private static final byte[] NAME = Ascii.bytes("name=\"");
  private static final byte[] FILE_NAME = Ascii.bytes("filename");

  private final byte[] bytes;
  private final int end;
  private int at;
  private int nameStart;
  private int nameEnd;
  private int valueStart;
  private int valueEnd;

  /** Observes the range. */
  FormFields(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes to the next field; false if there is none, or it is a file, or cut short. */
  boolean next() {
    while (at < end && !startsWithDashes()) {
      at = behindLine();
    }
    at = behindLine();
    nameStart = -1;
    while (at < end && bytes[at] != '\r') {
      int lineEnd = behindLine();
      if (find(FILE_NAME, at, lineEnd) >= 0) {
        return false;
      }
      readName(lineEnd);
      at = lineEnd;
    }
    valueStart = behindLine();
    at = valueStart;
    int behindValue = behindLine();
    at = behindValue;
    valueEnd = behindValue - 2;
    return nameStart >= 0 && valueEnd >= valueStart && bytes[valueEnd] == '\r';
  }

  boolean nameIs(byte[] wanted) {
    return Ascii.equal(bytes, nameStart, nameEnd, wanted);
  }

  boolean valueIs(byte[] wanted) {
    return Ascii.equal(bytes, valueStart, valueEnd, wanted);
  }

  int valueStart() {
    return valueStart;
  }

  int valueEnd() {
    return valueEnd;
  }

  private boolean startsWithDashes() {
    return at + 1 < end && bytes[at] == '-' && bytes[at + 1] == '-';
  }

  private void readName(int lineEnd) {
    int found = find(NAME, at, lineEnd);
    if (found < 0) {
      return;
    }
    int stop = found + NAME.length;
    while (stop < lineEnd && bytes[stop] != '"') {
      stop++;
    }
    nameStart = found + NAME.length;
    nameEnd = stop;
  }

  /** Where the next line begins, or the end. */
  private int behindLine() {
    int next = at;
    while (next < end && bytes[next] != '\n') {
      next++;
    }
    return Math.min(end, next + 1);
  }

  private int find(byte[] wanted, int from, int to) {
    for (int i = from; i + wanted.length <= to; i++) {
      if (Ascii.equal(bytes, i, i + wanted.length, wanted)) {
        return i;
      }
    }
    return -1;
  }
}
