package dev.streamgauge.report.page;

import java.util.Locale;

/** Where one request's time went, as a bar; all bars of a table have the same scale. */
final class SplitBar {
  private static final double WIDTH = 220;
  private static final String[] PARTS = {"queue", "connect", "prefill", "generation", "rest"};

  private SplitBar() {}

  static String of(Split split, long longestMicros) {
    long[] micros = {
      split.queue(), split.connect(), split.prefill(), split.generation(), split.rest()
    };
    StringBuilder svg =
        new StringBuilder("<svg class=\"split\" viewBox=\"0 0 220 14\" aria-hidden=\"true\">");
    double at = 0;
    for (int i = 0; i < micros.length; i++) {
      double width = longestMicros == 0 ? 0 : WIDTH * micros[i] / longestMicros;
      if (width >= 0.05) {
        svg.append(
            String.format(
                Locale.ROOT,
                "<rect class=\"p%d\" x=\"%.1f\" y=\"1\" width=\"%.1f\" height=\"12\"><title>%s %s"
                    + "</title></rect>",
                i,
                at,
                width,
                PARTS[i],
                Shown.micros((Long) micros[i])));
      }
      at += width;
    }
    return svg.append("</svg>").toString();
  }

  static String legend() {
    StringBuilder legend = new StringBuilder("<ul class=\"legend\">");
    for (int i = 0; i < PARTS.length; i++) {
      legend.append("<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect class=\"p");
      legend.append(i).append("\" width=\"14\" height=\"14\"/></svg>").append(PARTS[i]);
      legend.append("</li>");
    }
    return legend.append("</ul>\n").toString();
  }
}
