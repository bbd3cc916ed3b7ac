package dev.streamgauge.telemetry;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;

/**
 * Text in one growing array of bytes, in UTF-8, as lines of a log need it. What comes from outside
 * can end neither a line nor a value: quotes, backslashes, control characters (those of C1 too) and
 * Unicode's line separators are escaped as JSON does it, and half of a surrogate pair becomes
 * U+FFFD. For one thread.
 */
class LogBytes {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final int DIGITS_MAX = 20;
  private static final int SIGN_AND_POINT = 2;
  private static final int REPLACEMENT = 0xFFFD;

  /** "00" to "99". */
  private static final byte[] PAIRS = pairs();

  private byte[] bytes;
  private int length;

  /** Up to its second, as it was written, and that second; RFC 3339. */
  private byte[] time = {};

  private long timeSecond = Long.MIN_VALUE;

  LogBytes(int bytesExpected) {
    bytes = new byte[bytesExpected];
  }

  /** What was written, up to {@link #length()}; valid until the next write. */
  final byte[] bytes() {
    return bytes;
  }

  final int length() {
    return length;
  }

  /** Forgets all from there on. */
  final void cut(int newLength) {
    length = newLength;
  }

  final byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  static byte[] ascii(String text) {
    byte[] ascii = new byte[text.length()];
    for (int i = 0; i < ascii.length; i++) {
      ascii[i] = (byte) text.charAt(i);
    }
    return ascii;
  }

  final void put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  final void put(byte[] plain) {
    put(plain, 0, plain.length);
  }

  final void put(byte[] plain, int start, int end) {
    reserve(end - start);
    System.arraycopy(plain, start, bytes, length, end - start);
    length += end - start;
  }

  final void putThousandths(long thousandths) {
    reserve(DIGITS_MAX + SIGN_AND_POINT);
    long left = thousandths;
    if (left < 0) {
      bytes[length++] = '-';
      left = -left;
    }
    long whole = left / 1000;
    int rest = (int) (left - whole * 1000);
    digits(whole, 1);
    bytes[length++] = '.';
    bytes[length++] = (byte) ('0' + rest / 100);
    pair(rest % 100, length);
    length += 2;
  }

  /** {@code Long.MIN_VALUE} cannot come: all values here are counts or durations. */
  final void decimal(long value, int width) {
    reserve(DIGITS_MAX + SIGN_AND_POINT);
    if (value < 0) {
      bytes[length++] = '-';
    }
    digits(Math.abs(value), width);
  }

  /** There must be room. As many digits as there are, with zeros ahead up to the width. */
  private void digits(long value, int width) {
    long left = value;
    int count = Math.max(width, digitsOf(value));
    int at = length + count;
    length = at;
    while (left > Integer.MAX_VALUE) {
      long hundreds = left / 100;
      at -= 2;
      pair((int) (left - hundreds * 100), at);
      left = hundreds;
    }
    int small = (int) left; // its division costs less
    while (small >= 100) {
      int hundreds = small / 100;
      at -= 2;
      pair(small - hundreds * 100, at);
      small = hundreds;
    }
    if (small >= 10) {
      at -= 2;
      pair(small, at);
    } else {
      bytes[--at] = (byte) ('0' + small);
    }
    while (at > length - count) {
      bytes[--at] = '0';
    }
  }

  private static int digitsOf(long value) {
    int digits = 1;
    long above = 10;
    while (digits < DIGITS_MAX - 1 && value >= above) {
      digits++;
      above *= 10;
    }
    return digits;
  }

  private void pair(int value, int at) {
    bytes[at] = PAIRS[2 * value];
    bytes[at + 1] = PAIRS[2 * value + 1];
  }

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

  /** RFC 3339 in UTC, cut to milliseconds. */
  final void rfc3339(Instant moment) {
    if (moment.getEpochSecond() == timeSecond) {
      put(time);
    } else {
      int start = length;
      second(LocalDateTime.ofInstant(moment, ZoneOffset.UTC));
      time = Arrays.copyOfRange(bytes, start, length);
      timeSecond = moment.getEpochSecond();
    }
    put('.');
    decimal(moment.getNano() / 1_000_000, 3);
    put('Z');
  }

  private void second(LocalDateTime utc) {
    decimal(utc.getYear(), 4);
    put('-');
    decimal(utc.getMonthValue(), 2);
    put('-');
    decimal(utc.getDayOfMonth(), 2);
    put('T');
    decimal(utc.getHour(), 2);
    put(':');
    decimal(utc.getMinute(), 2);
    put(':');
    decimal(utc.getSecond(), 2);
  }

  /** The first {@code end} characters, escaped, in quotes. */
  final void quoted(String text, int end) {
    put('"');
    escaped(text, end);
    put('"');
  }

  final void escaped(String text, int end) {
    int i = plain(text, end);
    while (i < end) {
      char c = text.charAt(i++);
      if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
        put(c);
      } else if (Character.isHighSurrogate(c)
          && i < end
          && Character.isLowSurrogate(text.charAt(i))) {
        utf8(Character.toCodePoint(c, text.charAt(i++)));
      } else {
        unusual(c);
      }
    }
  }

  /** Puts the characters up to the first that is not put as it is; says where that is. */
  private int plain(String text, int end) {
    reserve(end);
    byte[] to = bytes;
    int at = length;
    int i = 0;
    while (i < end) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 0x7F || c == '"' || c == '\\') {
        break;
      }
      to[at++] = (byte) c;
      i++;
    }
    length = at;
    return i;
  }

  private void unusual(char c) {
    if (Character.isSurrogate(c)) {
      utf8(REPLACEMENT);
    } else if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (c < 0xA0 || c == 0x2028 || c == 0x2029) {
      escape(c);
    } else {
      utf8(c);
    }
  }

  private void escape(char c) {
    reserve(6);
    bytes[length++] = '\\';
    bytes[length++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[(c >> shift) & 0xF];
    }
  }

  /** RFC 3629; two bytes or more. */
  private void utf8(int codePoint) {
    reserve(4);
    if (codePoint < 0x800) {
      bytes[length++] = (byte) (0xC0 | (codePoint >> 6));
    } else if (codePoint < 0x10000) {
      bytes[length++] = (byte) (0xE0 | (codePoint >> 12));
      bytes[length++] = continuation(codePoint >> 6);
    } else {
      bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
      bytes[length++] = continuation(codePoint >> 12);
      bytes[length++] = continuation(codePoint >> 6);
    }
    bytes[length++] = continuation(codePoint);
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
