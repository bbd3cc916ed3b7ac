package dev.streamgauge.bench.load;

import java.util.Arrays;

/**
 * What a client saw in one measured window.
 *
 * @param delaysNanos from the upstream's stamp to the client's read of each token event, sorted
 * @param answers whole answers in and before the window
 * @param errors answers with another status, a wrong count of events or a broken connection
 */
public record Round(Sorted delaysNanos, double seconds, long answers, long errors) {

  /** A window in which nothing could be measured; that is one error. */
  public static Round failed(double seconds) {
    return of(new long[0], seconds, 1);
  }

  /** One without a whole answer. */
  public static Round of(long[] delaysNanos, double seconds, long errors) {
    return new Round(new Sorted(delaysNanos, delaysNanos.length), seconds, 0, errors);
  }

  /** Values in ascending order. */
  public static final class Sorted {
    private final long[] values;

    Sorted(long[] values, int count) {
      this.values = Arrays.copyOf(values, count);
      Arrays.sort(this.values);
    }

    public int count() {
      return values.length;
    }

    /** The nearest-rank quantile in microseconds; NaN of nothing. */
    public double micros(double quantile) {
      if (values.length == 0) {
        return Double.NaN;
      }
      int rank = (int) Math.ceil(quantile * values.length);
      return values[Math.clamp(rank - 1, 0, values.length - 1)] / 1e3;
    }
  }
}
