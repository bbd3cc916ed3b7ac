package dev.streamgauge.proxy.http1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the parts of a whole head whose lines are known to end in CRLF. Used once. */
final class HeadLines {
  private final byte[] bytes;
  private final int end;
  private final int fieldsMax;
  private final boolean request;
  private int[] offsets = new int[16 * Head.OFFSETS_PER_FIELD];
  private int fieldCount;
  private int firstEnd;
  private int secondStart;
  private int secondEnd;
  private int minorVersion;

  HeadLines(byte[] bytes, int end, int fieldsMax, boolean request) {
    this.bytes = bytes;
    this.end = end;
    this.fieldsMax = fieldsMax;
    this.request = request;
  }

  /** The fields of a trailer whose lines are known to be well formed; null if they are too many. */
  static @Nullable Head trailer(byte[] bytes, int length, int fieldsMax) {
    byte[] closed = Arrays.copyOf(bytes, length + 2);
    HeadLines lines = new HeadLines(closed, length + 2, fieldsMax, true);
    return lines.fields(0) == null ? lines.head() : null;
  }

  Head head() {
    return new Head(bytes, offsets, fieldCount, firstEnd, secondStart, secondEnd, minorVersion);
  }

  /** Null if all is well. */
  @Nullable Malformed parse() {
    int lineEnd = lineEnd(0);
    Malformed found = request ? requestLine(lineEnd) : statusLine(lineEnd);
    return found == null ? fields(lineEnd + 2) : found;
  }

  private @Nullable Malformed fields(int from) {
    Malformed found = null;
    int at = from;
    while (found == null && at < end - 2) {
      int lineEnd = lineEnd(at);
      found = field(at, lineEnd);
      at = lineEnd + 2;
    }
    return found;
  }

  /** The index of the CR that ends the line; a CR anywhere else is refused as a character. */
  private int lineEnd(int from) {
    int at = from;
    while (bytes[at] != '\n') {
      at++;
    }
    return at - 1;
  }

  private @Nullable Malformed requestLine(int lineEnd) {
    int at = 0;
    while (at < lineEnd && Ascii.isToken(bytes[at])) {
      at++;
    }
    firstEnd = at;
    if (at == 0 || at >= lineEnd || bytes[at] != ' ') {
      return Malformed.badRequest("the method is no token");
    }
    secondStart = ++at;
    while (at < lineEnd && Ascii.isTarget(bytes[at])) {
      at++;
    }
    secondEnd = at;
    if (at == secondStart || at >= lineEnd || bytes[at] != ' ') {
      return Malformed.badRequest("the request target has a character that is not allowed");
    }
    return version(at + 1, lineEnd);
  }

  private @Nullable Malformed version(int start, int stop) {
    boolean http =
        stop - start == 8
            && startsWith("HTTP/", start)
            && Ascii.isDigit(bytes[start + 5])
            && bytes[start + 6] == '.'
            && Ascii.isDigit(bytes[start + 7]);
    if (!http) {
      return Malformed.badRequest("the request line does not end in an HTTP version");
    }
    minorVersion = bytes[start + 7] - '0';
    if (bytes[start + 5] != '1' || minorVersion > 1) {
      return new Malformed(505, "only HTTP/1.0 and HTTP/1.1 are spoken on this connection");
    }
    return null;
  }

  /** The protocol's name is case-sensitive (RFC 9112 section 2.3). */
  private boolean startsWith(String text, int start) {
    for (int i = 0; i < text.length(); i++) {
      if (bytes[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Malformed statusLine(int lineEnd) {
    boolean ok =
        lineEnd >= 12
            && startsWith("HTTP/1.", 0)
            && (bytes[7] == '0' || bytes[7] == '1')
            && bytes[8] == ' '
            && bytes[9] >= '1'
            && bytes[9] <= '9'
            && Ascii.isDigit(bytes[10])
            && Ascii.isDigit(bytes[11])
            && (lineEnd == 12 || bytes[12] == ' ')
            && isFieldValue(12, lineEnd);
    if (!ok) {
      return Malformed.badRequest("the status line is malformed");
    }
    minorVersion = bytes[7] - '0';
    firstEnd = 8;
    secondStart = 9;
    secondEnd = 12;
    return null;
  }

  private @Nullable Malformed field(int start, int lineEnd) {
    if (Ascii.isSpace(bytes[start])) {
      return Malformed.badRequest("a header line is folded");
    }
    int at = start;
    while (at < lineEnd && Ascii.isToken(bytes[at])) {
      at++;
    }
    if (at == start || at == lineEnd || bytes[at] != ':') {
      return Malformed.badRequest("a header line is no field name followed by a colon");
    }
    int valueStart = at + 1;
    int valueEnd = lineEnd;
    if (!isFieldValue(valueStart, valueEnd)) {
      return Malformed.badRequest("a header value has a control character");
    }
    while (valueStart < valueEnd && Ascii.isSpace(bytes[valueStart])) {
      valueStart++;
    }
    while (valueEnd > valueStart && Ascii.isSpace(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    return add(start, at, valueStart, valueEnd);
  }

  private boolean isFieldValue(int start, int stop) {
    for (int at = start; at < stop; at++) {
      if (!Ascii.isFieldValue(bytes[at])) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Malformed add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    if (fieldCount == fieldsMax) {
      return new Malformed(431, "more than " + fieldsMax + " header fields", HttpLimit.FIELDS);
    }
    int at = fieldCount++ * Head.OFFSETS_PER_FIELD;
    if (at == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * at);
    }
    offsets[at] = nameStart;
    offsets[at + 1] = nameEnd;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = valueEnd;
    return null;
  }
}
