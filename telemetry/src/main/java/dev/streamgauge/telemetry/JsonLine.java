package dev.streamgauge.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines of JSON into one growing array of bytes, in UTF-8. What comes from outside can
 * neither end a line nor a string: quotes, backslashes, control characters (those of C1 too) and
 * Unicode's line separators are escaped, and half of a surrogate pair becomes U+FFFD. For one
 * thread. A field whose value is null is left out.
 */
final class JsonLine {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final int DIGITS_MAX = 20;
  private static final int REPLACEMENT = 0xFFFD;

  private final byte[] digits = new byte[DIGITS_MAX];
  private byte[] bytes;
  private int length;
  private boolean first = true;

  JsonLine(int bytesExpected) {
    bytes = new byte[bytesExpected];
  }

  /** What was written, up to {@link #length()}; valid until the next write. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Forgets all from there on. */
  void cut(int newLength) {
    length = newLength;
    first = true;
  }

  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  void open() {
    put('{');
    first = true;
  }

  void open(byte[] name) {
    name(name);
    open();
  }

  void close() {
    put('}');
    first = false;
  }

  void endLine() {
    put('\n');
    first = true;
  }

  void field(byte[] name, @Nullable String value) {
    if (value != null) {
      name(name);
      string(value, value.length());
    }
  }

  /** The first {@code end} characters of the value. */
  void field(byte[] name, String value, int end) {
    name(name);
    string(value, end);
  }

  void field(byte[] name, boolean value) {
    name(name);
    put(value ? TRUE : FALSE);
  }

  void field(byte[] name, long value) {
    name(name);
    decimal(value, 1);
  }

  void field(byte[] name, @Nullable Long value) {
    if (value != null) {
      field(name, value.longValue());
    }
  }

  void field(byte[] name, @Nullable Integer value) {
    if (value != null) {
      field(name, value.longValue());
    }
  }

  /** With three decimals. */
  void thousandths(byte[] name, long value) {
    name(name);
    put(value);
  }

  void array(byte[] name, long[] values) {
    name(name);
    put('[');
    for (int i = 0; i < values.length; i++) {
      if (i > 0) {
        put(',');
      }
      decimal(values[i], 1);
    }
    put(']');
  }

  /** Starts a string field of which the caller writes the plain ASCII itself. */
  void openString(byte[] name) {
    name(name);
    put('"');
  }

  void closeString() {
    put('"');
  }

  void padded(int value, int width) {
    decimal(value, width);
  }

  void put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  static byte[] ascii(String text) {
    byte[] ascii = new byte[text.length()];
    for (int i = 0; i < ascii.length; i++) {
      ascii[i] = (byte) text.charAt(i);
    }
    return ascii;
  }

  private void name(byte[] name) {
    if (!first) {
      put(',');
    }
    first = false;
    put('"');
    put(name);
    put('"');
    put(':');
  }

  private void put(byte[] ascii) {
    reserve(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
  }

  private void put(long thousandths) {
    if (thousandths < 0) {
      put('-');
    }
    decimal(Math.abs(thousandths / 1000), 1);
    put('.');
    decimal(Math.abs(thousandths % 1000), 3);
  }

  /** {@code Long.MIN_VALUE} cannot come: all values here are counts or durations. */
  private void decimal(long value, int width) {
    if (value < 0) {
      put('-');
    }
    int at = DIGITS_MAX;
    long left = Math.abs(value);
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0 || DIGITS_MAX - at < width);
    reserve(DIGITS_MAX - at);
    System.arraycopy(digits, at, bytes, length, DIGITS_MAX - at);
    length += DIGITS_MAX - at;
  }

  private void string(String text, int end) {
    put('"');
    int i = 0;
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
    put('"');
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
