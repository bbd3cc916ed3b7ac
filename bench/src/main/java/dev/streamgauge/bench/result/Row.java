package dev.streamgauge.bench.result;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The figures of one target.
 *
 * @param names what is measured: the target first, then under which load, if that differs by row
 * @param figures one array for each column: a value for each round, NaN where it is not known; one
 *     value where there are no rounds; none where the figure makes no sense
 * @param remark in words; mostly empty
 */
public record Row(List<String> names, List<double[]> figures, String remark) {
  public static Row of(String target, List<double[]> figures) {
    return new Row(List.of(target), figures, "");
  }

  /** A figure that has no rounds. */
  public static double[] once(double value) {
    return DoubleStream.of(value).toArray();
  }

  /** No figure. */
  public static double[] none() {
    return new double[0];
  }

  public String target() {
    return names.getFirst();
  }
}
