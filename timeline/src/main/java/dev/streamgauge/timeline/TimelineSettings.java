package dev.streamgauge.timeline;

/**
 * What a timeline needs to know before the first piece. Immutable; one for all requests.
 *
 * <p>Bounds are upper, inclusive, ascending, in nanoseconds; the bucket above the last one is
 * implied.
 */
public final class TimelineSettings {
  private static final long STALL_NANOS = 1_000_000_000L;
  private static final long[] GAP_BOUNDS_NANOS = {
    500_000L,
    1_000_000L,
    2_000_000L,
    3_000_000L,
    5_000_000L,
    7_500_000L,
    10_000_000L,
    15_000_000L,
    20_000_000L,
    30_000_000L,
    40_000_000L,
    50_000_000L,
    75_000_000L,
    100_000_000L,
    150_000_000L,
    200_000_000L,
    300_000_000L,
    500_000_000L,
    750_000_000L,
    1_000_000_000L,
    2_500_000_000L,
    5_000_000_000L,
    10_000_000_000L,
    20_000_000_000L,
    40_000_000_000L,
    80_000_000_000L
  };

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

  /** A stall is a gap above 1 s; bounds from 0.5 ms to 80 s. */
  public static TimelineSettings defaults() {
    return new TimelineSettings(STALL_NANOS, GAP_BOUNDS_NANOS, GAP_BOUNDS_NANOS);
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
