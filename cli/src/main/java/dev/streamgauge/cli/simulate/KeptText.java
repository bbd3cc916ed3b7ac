package dev.streamgauge.cli.simulate;

import java.nio.charset.StandardCharsets;

/**
 * A piece of JSON that is kept as it passes, byte by byte: a string with its escapes read as RFC
 * 8259 section 7 says, or a bare value. What is longer than the limit is cut behind a whole
 * character. Half of a surrogate pair becomes U+FFFD.
 */
final class KeptText {
  /** Longest text, in bytes of UTF-8. */
  private static final int BYTES_MAX = 256;

  private static final int ESCAPE_DIGITS = 4;
  private static final int REPLACEMENT = 0xFFFD;

  private final byte[] bytes = new byte[BYTES_MAX];
  private int length;
  private boolean full;
  private boolean escaped;
  private int digitsLeft;
  private int unit;
  private int highSurrogate;

  void clear() {
    length = 0;
    full = false;
    escaped = false;
    digitsLeft = 0;
    highSurrogate = 0;
  }

  /** Of a bare value. */
  void keep(byte b) {
    if (length < BYTES_MAX && !full) {
      bytes[length++] = b;
    } else {
      full = true;
    }
  }

  /**
   * Of a string, behind its opening quotation mark.
   *
   * @return whether this was the closing one
   */
  boolean readInString(byte b) {
    if (digitsLeft > 0) {
      digit(b);
    } else if (escaped) {
      escaped = false;
      escape(b);
    } else if (b == '\\') {
      escaped = true;
    } else {
      endHalfPair();
      if (b == '"') {
        return true;
      }
      keep(b);
    }
    return false;
  }

  private void escape(byte b) {
    if (b == 'u') {
      digitsLeft = ESCAPE_DIGITS;
      unit = 0;
      return;
    }
    endHalfPair();
    byte meant =
        switch (b) {
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> b;
        };
    keep(meant);
  }

  /** What is no digit is refused by {@link JsonCheck}; here it counts as 0. */
  private void digit(byte b) {
    unit = unit << 4 | Math.max(0, Character.digit(b, 16));
    digitsLeft--;
    if (digitsLeft == 0) {
      unit((char) unit);
    }
  }

  private void unit(char c) {
    if (Character.isLowSurrogate(c) && highSurrogate != 0) {
      int codePoint = Character.toCodePoint((char) highSurrogate, c);
      highSurrogate = 0;
      character(codePoint);
      return;
    }
    endHalfPair();
    if (Character.isHighSurrogate(c)) {
      highSurrogate = c;
    } else {
      character(Character.isLowSurrogate(c) ? REPLACEMENT : c);
    }
  }

  private void endHalfPair() {
    if (highSurrogate != 0) {
      highSurrogate = 0;
      character(REPLACEMENT);
    }
  }

  private void character(int codePoint) {
    for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
      keep(b);
    }
  }

  String text() {
    return new String(bytes, 0, full ? wholeLength() : length, StandardCharsets.UTF_8);
  }

  /** Without a character that was cut: it begins at the last byte that continues none. */
  private int wholeLength() {
    int start = length - 1;
    while (start > 0 && (bytes[start] & 0xC0) == 0x80) {
      start--;
    }
    int lead = bytes[start] & 0xFF;
    int size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return start + size > length ? start : length;
  }
}
