package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GapSketchTest {
  private static final long[] BOUNDS = {1_000_000, 10_000_000, 100_000_000};

  @Test
  void aBoundBelongsToItsBucket() {
    GapSketch sketch = new GapSketch(BOUNDS);
    for (long nanos : new long[] {0, 1_000_000, 1_000_001, 10_000_000, 100_000_001}) {
      sketch.add(nanos);
    }

    GapCounts counts = sketch.counts();
    assertThat(counts.classic(0)).isEqualTo(2);
    assertThat(counts.classic(1)).isEqualTo(2);
    assertThat(counts.classic(2)).isZero();
    assertThat(counts.classic(3)).isEqualTo(1);
  }

  @Test
  void nativeBucketsHoldWhatLiesBetweenTheirBounds() {
    assertThat(GapSketch.nativeIndex(1_000_000_000)).isZero();
    assertThat(GapSketch.nativeIndex(1_000_000_001)).isEqualTo(1);
    assertThat(GapSketch.nativeIndex(2_000_000_000)).isEqualTo(16);
    assertThat(GapSketch.nativeIndex(500_000_000)).isEqualTo(-16);
    Random random = new Random(7);
    for (int i = 0; i < 100_000; i++) {
      long nanos = 1 + (random.nextLong() >>> 1 >>> random.nextInt(62));
      int index = GapSketch.nativeIndex(nanos);
      assertThat(nanos / 1e9)
          .isBetween(
              Math.pow(2, (index - 1) / 16.0) * (1 - 1e-12),
              Math.pow(2, index / 16.0) * (1 + 1e-12));
    }
  }

  @Test
  void noGapIsLostWhileTheSpanWidens() {
    GapSketch sketch = new GapSketch(BOUNDS);
    long[] gaps = {5_000_000, 1, Long.MAX_VALUE, 0, 7_000, 80_000_000_000L};
    for (long nanos : gaps) {
      sketch.add(nanos, 1, 0);
    }

    GapCounts counts = sketch.counts();
    long inNative = 0;
    for (int i = 0; i < counts.nativeLength(); i++) {
      inNative += counts.nativeCount(i);
    }
    assertThat(counts.count()).isEqualTo(gaps.length);
    assertThat(inNative + counts.zeros()).isEqualTo(gaps.length);
    assertThat(counts.nativeFirstIndex()).isEqualTo(GapSketch.nativeIndex(1));
    assertThat(counts.nativeLength()).isLessThan(1100);
  }

  @Test
  void percentilesAreAtMostFivePercentOff() {
    Random random = new Random(42);
    GapSketch sketch = new GapSketch(BOUNDS);
    long[] gaps = new long[5000];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = (long) (Math.exp(random.nextGaussian()) * 20_000_000);
      sketch.add(gaps[i]);
    }
    Arrays.sort(gaps);

    for (double quantile : new double[] {0.5, 0.9, 0.99, 1}) {
      double exact = gaps[(int) Math.ceil(quantile * gaps.length) - 1];
      assertThat(sketch.quantileNanos(quantile) / exact).isCloseTo(1, within(0.05));
    }
  }

  @Test
  void onlyOneGapIsItsOwnPercentile() {
    GapSketch sketch = new GapSketch(BOUNDS);
    sketch.add(12_345_678);

    assertThat(sketch.quantileNanos(0.5)).isEqualTo(12_345_678);
  }

  @Test
  void aHostileCountDoesNotOverflow() {
    GapSketch sketch = new GapSketch(BOUNDS);
    sketch.add(5, Integer.MAX_VALUE, 5);
    sketch.add(5, Integer.MAX_VALUE, 5);

    assertThat(sketch.counts().classic(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(sketch.count()).isEqualTo(2L * Integer.MAX_VALUE);
  }
}
