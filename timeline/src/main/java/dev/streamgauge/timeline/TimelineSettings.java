package dev.streamgauge.timeline;

/**
 * What a timeline needs to know before the first piece. Immutable; one for all requests.
 *
 * <p>Bounds are upper, inclusive, ascending, in nanoseconds; the bucket above the last one is
 * implied.
 */
public final class TimelineSettings {
  private final long stallThresholdNanos;
  private final long[] gapBoundsNanos;
  private final long[] interTokenBoundsNanos;

  /**
   * Copies the bounds.
   *
   * @param stallThresholdNanos a gap longer than this is a stall
   */
  public TimelineSettings(
      long stallThresholdNanos, long[] gapBoundsNanos, long[] interTokenBoundsNanos) {
    this.stallThresholdNanos = stallThresholdNanos;
    this.gapBoundsNanos = ascending("gapBoundsNanos", gapBoundsNanos);
    this.interTokenBoundsNanos = ascending("interTokenBoundsNanos", interTokenBoundsNanos);
  }

  public long stallThresholdNanos() {
    return stallThresholdNanos;
  }

  GapSketch newGapSketch() {
    return new GapSketch(gapBoundsNanos);
  }

  GapSketch newInterTokenSketch() {
    return new GapSketch(interTokenBoundsNanos);
  }

  private static long[] ascending(String name, long[] bounds) {
    for (int i = 1; i < bounds.length; i++) {
      if (bounds[i] <= bounds[i - 1]) {
        throw new IllegalArgumentException(
            name + ": " + bounds[i] + " after " + bounds[i - 1] + " (expected: ascending)");
      }
    }
    return bounds.clone();
  }
}
