package dev.streamgauge.proxy.http1;

/** Character classes of RFC 9110 section 5.6 and comparisons on bytes; no allocation. */
final class Ascii {
  private static final boolean[] TOKEN = new boolean[256];

  static {
    for (int c = '0'; c <= '9'; c++) {
      TOKEN[c] = true;
    }
    for (int c = 'a'; c <= 'z'; c++) {
      TOKEN[c] = true;
      TOKEN[c - 'a' + 'A'] = true;
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
  }

  private Ascii() {}

  static boolean isToken(byte b) {
    return TOKEN[b & 0xff];
  }

  /** field-vchar, SP, HTAB or obs-text. */
  static boolean isFieldValue(byte b) {
    return (b >= 0x20 && b != 0x7f) || b < 0 || b == '\t';
  }

  /** What a request target may hold: visible ASCII without a fragment's {@code #}. */
  static boolean isTarget(byte b) {
    return b > 0x20 && b < 0x7f && b != '#';
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static int hexDigit(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  /** Whether the range is {@code lowerCase}, whatever its case. */
  static boolean equalsIgnoreCase(byte[] bytes, int start, int end, String lowerCase) {
    int length = lowerCase.length();
    if (end - start != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(bytes[start + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
