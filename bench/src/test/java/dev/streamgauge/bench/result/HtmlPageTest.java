package dev.streamgauge.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HtmlPageTest {
  private static final FigureTable FIGURES =
      FigureTable.ofTargets(
          "figures",
          "Cost",
          List.of(new Column("cpu_us", "CPU µs/event", 1)),
          List.of(
              Row.of("nginx", List.of(new double[] {10, 20, 30})),
              Row.of("streamgauge", List.of(new double[] {12, 22, 33}))));
  private static final Section SECTION =
      new Section(
          "stream",
          "SSE <b>",
          "64 streams",
          List.of(FIGURES, FIGURES.ratios(Section.CPU_RATIOS, 0, List.of("nginx", "streamgauge"))),
          List.of(
              new Chart(
                  "cost",
                  "events/s",
                  "µs",
                  List.of(
                      new Chart.Line(
                          "nginx", List.of(new Chart.Point(10, 20), new Chart.Point(1000, 12)))))),
          List.of("a note"));

  private final String page =
      new HtmlPage(
              List.of(SECTION), Map.of("Kernel", "6 \"x\""), Map.of("nginx", "nginx -c <file>"))
          .text();

  @Test
  void allTextIsEscaped() {
    assertThat(page).contains("SSE &lt;b&gt;", "6 &quot;x&quot;", "nginx -c &lt;file&gt;");
    assertThat(page).doesNotContain("SSE <b>");
  }

  @Test
  void nothingIsLoadedAndNothingRuns() {
    assertThat(page).contains("default-src 'none'");
    assertThat(page).doesNotContain("<script", "<link", "<img", "url(", "@import", "http:");
  }

  @Test
  void theMiddleHalfStandsBesideTheMedian() {
    assertThat(page).contains("<td>20.0 <small>(15.0 … 25.0)</small></td>");
  }

  @Test
  void thePageBeginsWithOurRatioToEachPeerAndNotToOurselves() {
    String summary = page.substring(page.indexOf("In short"), page.indexOf("id=\"stream\""));
    assertThat(summary).contains("÷ nginx", "1.10 <small>").doesNotContain("÷ streamgauge");
  }

  @Test
  void aChartHasALineWithAPointForEachFigure() {
    assertThat(page).contains("<svg viewBox=\"0 0 480 260\"", "class=\"line s0\" d=\"M");
    assertThat(page.split("<circle", -1)).hasSize(3);
  }

  @Test
  void aPageWithoutMeasurementsIsAPage() {
    assertThat(new HtmlPage(List.of(), Map.of(), Map.of()).text()).doesNotContain("In short");
  }
}
