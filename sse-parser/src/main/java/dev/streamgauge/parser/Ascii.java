package dev.streamgauge.parser;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Byte ranges against ASCII constants. */
final class Ascii {
  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean equal(byte[] bytes, int start, int end, byte[] constant) {
    int length = constant.length;
    if (end - start != length) {
      return false;
    }
    // By hand: constants are short, and a call of the intrinsic costs more under C1.
    int i = 0;
    for (; i <= length - Eights.LENGTH; i += Eights.LENGTH) {
      if (Eights.at(bytes, start + i) != Eights.at(constant, i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (bytes[start + i] != constant[i]) {
        return false;
      }
    }
    return true;
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isHex(byte b) {
    return isDigit(b) || ((b | 0x20) >= 'a' && (b | 0x20) <= 'f');
  }

  /** The array, or a larger one with the same start, so that it can hold so many. */
  static long[] grown(long[] array, int lengthNeeded, long filler) {
    if (array.length >= lengthNeeded) {
      return array;
    }
    long[] larger = Arrays.copyOf(array, Math.max(lengthNeeded, array.length * 2));
    Arrays.fill(larger, array.length, larger.length, filler);
    return larger;
  }
}
