package dev.streamgauge.parser;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What stands before and behind the text in the last piece of a stream, byte by byte. A next piece
 * that differs in nothing but this text says the same as the last one, so it needs not be read: it
 * is compared, and its text scanned as the JSON string that it is.
 *
 * <p>Limits: {@link PatternPool}; and after {@value #LEARNT_IN_VAIN_MAX} patterns in a row that
 * fitted nothing, only one piece of {@value #SELDOM} is learnt from.
 */
final class PiecePattern {
  private static final int LEARNT_IN_VAIN_MAX = 8;
  private static final int SELDOM = 64;

  private final PatternPool pool;
  private byte @Nullable [] bytes;
  private int textAt;
  private int length;
  private int learntInVain;

  PiecePattern(PatternPool pool) {
    this.pool = pool;
  }

  /** Where the piece ends that begins at {@code start} and is like the last one; -1 if it isn't. */
  int endOfLike(byte[] piece, int start, int end) {
    byte[] pattern = bytes;
    int textStart = start + textAt;
    if (pattern == null
        || length >= end - start
        || Arrays.mismatch(pattern, 0, textAt, piece, start, textStart) >= 0) {
      return -1;
    }
    int textEnd = JsonText.stringEnd(piece, textStart, end);
    int stop = textEnd + length - textAt;
    if (textEnd <= textStart
        || stop > end
        || Arrays.mismatch(pattern, textAt, length, piece, textEnd, stop) >= 0) {
      return -1;
    }
    learntInVain = 0;
    return stop;
  }

  /** The piece was whole, and has nothing else to tell than that there is a text. */
  void learn(byte[] piece, int start, int textStart, int textEnd, int end) {
    learntInVain++;
    boolean worthIt = learntInVain <= LEARNT_IN_VAIN_MAX || learntInVain % SELDOM == 0;
    int lengthNow = end - start - (textEnd - textStart);
    if (!worthIt || lengthNow > PatternPool.PATTERN_BYTES_MAX) {
      release();
      return;
    }
    byte[] pattern = bytes == null ? pool.take() : bytes;
    if (pattern == null) {
      return;
    }
    textAt = textStart - start;
    length = lengthNow;
    System.arraycopy(piece, start, pattern, 0, textAt);
    System.arraycopy(piece, textEnd, pattern, textAt, length - textAt);
    bytes = pattern;
  }

  /** Gives the array back; may be called twice. */
  void release() {
    byte[] pattern = bytes;
    bytes = null;
    if (pattern != null) {
      pool.giveBack(pattern);
    }
  }
}
