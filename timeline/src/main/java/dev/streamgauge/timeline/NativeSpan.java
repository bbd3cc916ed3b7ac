package dev.streamgauge.timeline;

/**
 * The indices of the {@link NativeScale} for which a sparse histogram holds counts.
 *
 * @param first the lowest index
 * @param length how many; 0 before the first count
 */
public record NativeSpan(int first, int length) {
  public static final NativeSpan NONE = new NativeSpan(0, 0);

  private static final int LENGTH_AT_FIRST = 16;

  public boolean holds(int index) {
    return index >= first && index < first + length;
  }

  /**
   * This span and one index that it does not hold. At least half as long again, so that ever longer
   * values move the counts seldom; the first one is in the middle.
   */
  public NativeSpan widenedTo(int index) {
    if (length == 0) {
      return new NativeSpan(index - LENGTH_AT_FIRST / 2, LENGTH_AT_FIRST);
    }
    int slack = length / 2;
    int end = first + length;
    int widerFirst = index < first ? Math.min(index, first - slack) : first;
    int widerEnd = index >= end ? Math.max(index + 1, end + slack) : end;
    return new NativeSpan(widerFirst, widerEnd - widerFirst);
  }

  /** Copies counts, an array of this span, to where they belong in an array of a wider one. */
  public void copy(Object counts, NativeSpan wider, Object widerCounts) {
    if (length > 0) {
      System.arraycopy(counts, 0, widerCounts, first - wider.first, length);
    }
  }
}
