package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.TelemetrySettings.Histograms;
import dev.streamgauge.timeline.GapCounts;
import dev.streamgauge.timeline.NativeScale;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BulkHistogramTest {
  private static final double[] BOUNDS_SECONDS = {0.001, 0.01, 0.1};
  private static final long[] BOUNDS_NANOS = {1_000_000, 10_000_000, 100_000_000};

  @Test
  void addingAllGapsAtOnceIsTheSameAsObservingEach() {
    Random random = new Random(7);
    BulkHistogram oneByOne = histogram();
    BulkHistogram atOnce = histogram();
    long[] gaps = random.longs(1_000, 0, 300_000_000).toArray();
    gaps[3] = 0;
    for (long gap : gaps) {
      oneByOne.with("a").observeNanos(gap, null);
    }
    atOnce.with("a").addAll(counted(gaps, BOUNDS_NANOS), null, null);
    HistogramDataPointSnapshot expected = point(oneByOne);
    HistogramDataPointSnapshot actual = point(atOnce);
    assertThat(classic(actual)).isEqualTo(classic(expected));
    assertThat(exponential(actual)).isEqualTo(exponential(expected));
    assertThat(actual.getNativeZeroCount()).isEqualTo(expected.getNativeZeroCount()).isEqualTo(1);
    assertThat(actual.getSum()).isCloseTo(expected.getSum(), Offset.offset(1e-6));
    assertThat(actual.getCount()).isEqualTo(1_000);
  }

  @Test
  void gapsThatWereCountedIntoOtherBoundsLoseNone() {
    BulkHistogram histogram = histogram();
    long[] gaps = {500_000, 5_000_000, 50_000_000, 500_000_000};
    histogram.with("a").addAll(counted(gaps, new long[] {20_000_000}), null, null);
    assertThat(classic(point(histogram))).isEqualTo("1 1 1 1 ");
  }

  @Test
  void whatIsBelowZeroCountsAsZero() {
    BulkHistogram histogram = histogram();
    histogram.with("a").observe(-3, null);
    assertThat(point(histogram).getSum()).isZero();
    assertThat(point(histogram).getCount()).isEqualTo(1);
  }

  private static BulkHistogram histogram() {
    return new BulkHistogram("gaps", "Gaps.", null, BOUNDS_SECONDS, Histograms.BOTH, "label");
  }

  private static HistogramDataPointSnapshot point(BulkHistogram histogram) {
    return histogram.collect().getDataPoints().getFirst();
  }

  private static String classic(HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < buckets.size(); i++) {
      text.append(buckets.getCount(i)).append(' ');
    }
    return text.toString();
  }

  private static String exponential(HistogramDataPointSnapshot point) {
    NativeHistogramBuckets buckets = point.getNativeBucketsForPositiveValues();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < buckets.size(); i++) {
      text.append(buckets.getBucketIndex(i)).append('=').append(buckets.getCount(i)).append(' ');
    }
    return text.toString();
  }

  private static GapCounts counted(long[] gaps, long[] bounds) {
    int[] classic = new int[bounds.length + 1];
    int first = NativeScale.index(1e-9);
    int[] exponential = new int[NativeScale.index(1.0) - first + 1];
    long sum = 0;
    long zeros = 0;
    for (long gap : gaps) {
      int bucket = 0;
      while (bucket < bounds.length && gap > bounds[bucket]) {
        bucket++;
      }
      classic[bucket]++;
      sum += gap;
      if (gap == 0) {
        zeros++;
      } else {
        exponential[NativeScale.index(gap / 1e9) - first]++;
      }
    }
    return new GapCounts(gaps.length, sum, classic, first, exponential, zeros);
  }
}
