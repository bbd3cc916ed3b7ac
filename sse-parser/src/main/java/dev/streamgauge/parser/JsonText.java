package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;

/** What the characters inside JSON's strings and numbers mean. */
final class JsonText {
  private static final int DIGITS_MAX = 18;

  private JsonText() {}

  /** How long the escape is that starts at {@code at}; 0 if it is none. */
  private static int escapeLength(byte[] bytes, int at, int end) {
    if (at + 1 >= end || bytes[at] != '\\') {
      return 0;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> 2;
      case 'u' -> fourHexAt(bytes, at + 2, end) ? 6 : 0;
      default -> 0;
    };
  }

  /**
   * Where the string that begins at {@code start}, behind its opening quote, has its closing quote;
   * -1 if it is not sound, or not whole.
   */
  static int stringEnd(byte[] bytes, int start, int end) {
    int last = end - Eights.LENGTH;
    int at = start;
    while (at <= last) {
      long found = Eights.notPlain(Eights.at(bytes, at));
      if (found == 0) {
        at += Eights.LENGTH;
        continue; // all but every character of a long text ends here
      }
      at += Eights.first(found);
      if (bytes[at] == '"') {
        return at;
      }
      int length = escapeLength(bytes, at, end);
      if (length == 0) {
        return -1;
      }
      at += length;
    }
    return stringEndByBytes(bytes, at, end);
  }

  private static int stringEndByBytes(byte[] bytes, int start, int end) {
    int at = start;
    while (at < end) {
      byte next = bytes[at];
      if (next == '"') {
        return at;
      }
      if (next < 0 || (next >= ' ' && next != '\\')) {
        at++;
        continue;
      }
      int length = escapeLength(bytes, at, end);
      if (length == 0) {
        return -1;
      }
      at += length;
    }
    return -1;
  }

  static boolean hasEscape(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  private static boolean fourHexAt(byte[] bytes, int at, int end) {
    return at + 4 <= end
        && Ascii.isHex(bytes[at])
        && Ascii.isHex(bytes[at + 1])
        && Ascii.isHex(bytes[at + 2])
        && Ascii.isHex(bytes[at + 3]);
  }

  static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  static String utf8(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** The text of a string that was scanned before, from between its quotes. */
  static String decode(byte[] bytes, int start, int end) {
    String raw = utf8(bytes, start, end);
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char next = raw.charAt(i);
      if (next != '\\') {
        text.append(next);
      } else if (raw.charAt(++i) == 'u') {
        text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
        i += 4;
      } else {
        text.append(plain(raw.charAt(i)));
      }
    }
    return text.toString();
  }

  private static char plain(char escaped) {
    return switch (escaped) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escaped;
    };
  }

  /** At most so many characters; never half of a pair. */
  static String cut(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
    return text.substring(0, end);
  }

  /**
   * The number in a range of JSON number syntax times ten to {@code powerOfTen}, cut to a whole
   * one. Digits past the 18th count as zeros.
   */
  static long scaled(byte[] bytes, int start, int end, int powerOfTen) {
    if (bytes[start] == '-') {
      return StreamSink.UNKNOWN;
    }
    long digits = 0;
    int digitCount = 0;
    int shift = powerOfTen;
    boolean fraction = false;
    int at = start;
    for (; at < end && (bytes[at] | 0x20) != 'e'; at++) {
      if (bytes[at] == '.') {
        fraction = true;
      } else if (digitCount < DIGITS_MAX) {
        digits = digits * 10 + (bytes[at] - '0');
        digitCount += digits == 0 ? 0 : 1;
        shift -= fraction ? 1 : 0;
      } else {
        shift += fraction ? 0 : 1;
      }
    }
    return shifted(digits, shift + exponent(bytes, at + 1, end));
  }

  private static int exponent(byte[] bytes, int start, int end) {
    boolean negative = start < end && bytes[start] == '-';
    int value = 0;
    for (int at = start; at < end; at++) {
      if (Ascii.isDigit(bytes[at]) && value < 10_000) {
        value = value * 10 + (bytes[at] - '0');
      }
    }
    return negative ? -value : value;
  }

  private static long shifted(long digits, int powerOfTen) {
    long value = digits;
    for (int i = powerOfTen; i < 0 && value != 0; i++) {
      value /= 10;
    }
    for (int i = powerOfTen; i > 0 && value != 0; i--) {
      if (value > Long.MAX_VALUE / 10) {
        return StreamSink.UNKNOWN;
      }
      value *= 10;
    }
    return value;
  }
}
