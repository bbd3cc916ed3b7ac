package dev.streamgauge.report.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SketchTest {
  private static final double[] QUANTILES = {0.001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.9999, 1};

  @Test
  void eachQuantileIsThatOfTheSortedValuesWithinTheStatedError() {
    Random random = new Random(11);
    for (int bits : new int[] {Sketches.BITS_PART, Sketches.BITS_WHOLE}) {
      long[] values = new long[50_000];
      Sketch sketch = new Sketch(bits);
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) Math.exp(11 + 3 * random.nextGaussian());
        sketch.add(values[i]);
      }
      Arrays.sort(values);
      for (double quantile : QUANTILES) {
        long exact = values[(int) Math.ceil(quantile * values.length) - 1];
        assertThat(sketch.quantile(quantile))
            .as("%s of %s bits", quantile, bits)
            .isCloseTo((double) exact, within(exact * Sketch.relativeErrorMax(bits)));
        assertThat(exact)
            .isBetween(
                sketch.lowerAt(sketch.rank(quantile)), sketch.upperAt(sketch.rank(quantile)));
      }
      assertThat(sketch.min()).isEqualTo(values[0]);
      assertThat(sketch.max()).isEqualTo(values[values.length - 1]);
      assertThat(sketch.mean())
          .isCloseTo(Arrays.stream(values).average().orElseThrow(), within(1e-6));
    }
  }

  @Test
  void everyValueIsWithinTheBucketThatItIsIn() {
    Random random = new Random(12);
    for (int i = 0; i < 200_000; i++) {
      long value = (random.nextLong() >>> 1) >>> (22 + random.nextInt(41));
      Sketch sketch = new Sketch(Sketches.BITS_WHOLE);
      sketch.add(value);
      sketch.add(value);
      assertThat(sketch.quantile(0.5)).isEqualTo((double) value);
      assertThat(sketch.countUpTo(value)).isEqualTo(2);
      assertThat(sketch.countUpTo(value / 2))
          .isEqualTo(value == 0 ? 2 : value / 2 == value ? 2 : 0);
    }
  }

  @Test
  void smallValuesAreExact() {
    Sketch sketch = new Sketch(Sketches.BITS_WHOLE);
    for (long value = 0; value < 512; value++) {
      sketch.add(value);
    }
    for (long rank = 1; rank <= 512; rank++) {
      assertThat(sketch.lowerAt(rank)).isEqualTo(rank - 1).isEqualTo(sketch.upperAt(rank));
    }
  }

  @Test
  void partsAddUpToTheWhole() {
    Random random = new Random(13);
    Sketch whole = new Sketch(Sketches.BITS_PART);
    Sketch together = new Sketch(Sketches.BITS_PART);
    for (int part = 0; part < 20; part++) {
      Sketch one = new Sketch(Sketches.BITS_PART);
      for (int i = 0; i < 500; i++) {
        long value = (long) Math.exp(6 + part % 7 + random.nextGaussian());
        one.add(value);
        whole.add(value);
      }
      together.add(one);
    }
    together.add(new Sketch(Sketches.BITS_PART));
    assertThat(together.count()).isEqualTo(whole.count());
    for (double quantile : QUANTILES) {
      assertThat(together.quantile(quantile)).isEqualTo(whole.quantile(quantile));
    }
  }
}
