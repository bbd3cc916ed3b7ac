package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Arrays for what the pieces of a stream have in common, shared by the streams of one thread.
 *
 * <p>Limit: so many streams at once as the pool is for, each {@value #PATTERN_BYTES_MAX} bytes; one
 * more stream reads each of its pieces whole. Not thread-safe.
 */
public final class PatternPool {
  static final int PATTERN_BYTES_MAX = 512;

  private final byte[][] free;
  private int made;
  private int freeCount;

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
}
