package dev.streamgauge.parser;

/** What may stand before a text in UTF-8 and is no part of it. */
final class ByteOrderMark {
  static final int LENGTH = 3;

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private ByteOrderMark() {}

  static byte at(int index) {
    return MARK[index];
  }

  /** Where a text begins that may have a mark. */
  static int end(byte[] bytes, int start, int end) {
    int stop = start + LENGTH;
    return stop <= end && Ascii.equal(bytes, start, stop, MARK) ? stop : start;
  }
}
