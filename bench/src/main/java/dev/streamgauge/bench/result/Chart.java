package dev.streamgauge.bench.result;

import java.util.List;

/**
 * Lines over an axis; both axes by powers of ten.
 *
 * @param across what is counted from left to right, with its unit
 * @param up what is counted from bottom to top, with its unit
 */
public record Chart(String title, String across, String up, List<Line> lines) {
  /** Points from left to right. */
  public record Line(String name, List<Point> points) {}

  /** Where a line passes; both above 0. */
  public record Point(double x, double y) {}
}
