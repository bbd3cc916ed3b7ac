package dev.streamgauge.parser;

import java.util.Arrays;

/**
 * Holds the part of an unfinished frame until the rest comes: nothing until it is needed, then an
 * array that doubles up to the limit, given back when it was much too large for long.
 */
final class Carry {
  private static final int BYTES_FIRST = 512;
  private static final int SMALL_FRAMES_MAX = 64;
  private static final byte[] NOTHING = {};

  private final int bytesMax;
  private byte[] bytes = NOTHING;
  private int length;
  private int smallFrames;

  Carry(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  int capacity() {
    return bytes.length;
  }

  /** Goes on in this array, of which nothing counts. Nothing may be held. */
  void begin(byte[] lent) {
    bytes = lent;
  }

  /** Copies the range to the end; false, and nothing copied, where that would pass the limit. */
  boolean append(byte[] source, int start, int end) {
    int added = end - start;
    if (added > bytesMax - length) {
      return false;
    }
    if (length + added > bytes.length) {
      grow(length + added);
    }
    System.arraycopy(source, start, bytes, length, added);
    length += added;
    return true;
  }

  private void grow(int lengthNeeded) {
    int capacity = Math.max(bytes.length, BYTES_FIRST);
    while (capacity < lengthNeeded) {
      capacity *= 2;
    }
    bytes = Arrays.copyOf(bytes, Math.min(capacity, Math.max(bytesMax, BYTES_FIRST)));
  }

  /** A frame was handed over, from here or in place: the next one begins. */
  void frameEnded() {
    if (bytes.length == 0) {
      return;
    }
    // The first array is kept while it is used at all, else frames of that size would churn it.
    int worthKeeping = bytes.length > BYTES_FIRST ? bytes.length / 4 : 0;
    smallFrames = length > worthKeeping ? 0 : smallFrames + 1;
    length = 0;
    if (smallFrames > SMALL_FRAMES_MAX) {
      release();
    }
  }

  void release() {
    bytes = NOTHING;
    length = 0;
    smallFrames = 0;
  }
}
