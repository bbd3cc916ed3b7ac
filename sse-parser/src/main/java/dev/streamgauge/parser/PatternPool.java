package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Arrays for what the pieces of a stream have in common, shared by the streams of one thread; and
 * one for whole answers, which mostly come and end before the next one.
 *
 * <p>Limit: so many streams at once as the pool is for, each {@value #PATTERN_BYTES_MAX} bytes; one
 * more stream reads each of its pieces whole. The array for whole answers is kept up to {@value
 * #WHOLE_BYTES_MAX} bytes; an answer that finds it taken makes its own. Not thread-safe.
 */
public final class PatternPool {
  static final int PATTERN_BYTES_MAX = 512;
  static final int WHOLE_BYTES_MAX = 16 * 1024;

  private final byte[][] free;
  private int made;
  private int freeCount;

  /** Null while it is taken, and before there is one. */
  private byte @Nullable [] whole;

  /** A pool for so many streams at once; it makes their arrays when they are first asked for. */
  public PatternPool(int streamsMax) {
    if (streamsMax < 0) {
      throw new IllegalArgumentException("streamsMax: " + streamsMax + " (expected: >= 0)");
    }
    this.free = new byte[streamsMax][];
  }

  /** Null where all are taken. */
  byte @Nullable [] take() {
    if (freeCount > 0) {
      return free[--freeCount];
    }
    if (made == free.length) {
      return null;
    }
    made++;
    return new byte[PATTERN_BYTES_MAX];
  }

  void giveBack(byte[] pattern) {
    free[freeCount++] = pattern;
  }

  /** Null where there is none; what stands in it means nothing. */
  byte @Nullable [] takeWhole() {
    byte[] taken = whole;
    whole = null;
    return taken;
  }

  /** Keeps the array that an answer was put together in, if it is not too large. */
  void giveBackWhole(byte[] bytes) {
    if (bytes.length <= WHOLE_BYTES_MAX) {
      whole = bytes;
    }
  }
}
