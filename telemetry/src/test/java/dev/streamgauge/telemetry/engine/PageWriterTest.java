package dev.streamgauge.telemetry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PageWriterTest {
  private static final List<String> FILES =
      List.of(
          "vllm-0.32.0.txt",
          "vllm-0.8.5.txt",
          "sglang-0.5.23.txt",
          "triton-trtllm.txt",
          "llamacpp-2026.10.txt",
          "mlserver-1.7.1.txt",
          "tgi.txt");

  @Test
  void whatIsReadFromAnyFormatIsWhatWasWrittenInIt() {
    for (String file : FILES) {
      EnginePage page = EnginePage.read(Pages.file(file), PageFormat.TEXT, PageLimits.defaults());
      for (PageFormat format : PageFormat.values()) {
        EnginePage again =
            EnginePage.read(Pages.written(page, format), format, PageLimits.defaults());
        assertThat(again.malformed()).as("%s as %s", file, format).isZero();
        for (Family family : page.families()) {
          Family other = Objects.requireNonNull(again.family(family.name()), family.name());
          assertThat(values(other)).as(family.name()).containsAll(values(family));
        }
      }
    }
  }

  /** Without times of creation, which protobuf keeps in a field of their own. */
  private static List<String> values(Family family) {
    return family.samples().stream()
        .filter(each -> !each.name().endsWith("_created"))
        .map(each -> each.name() + each.labels().without("le").pairs() + each.value())
        .toList();
  }

  @Test
  void openMetricsKnowsCountersByTheirSuffixAndTextKnowsNoInfos() {
    EnginePage text = Pages.text("# TYPE a_total counter\na_total 1\n# TYPE b counter\nb 1\n");
    assertThat(Pages.writtenText(text, PageFormat.OPEN_METRICS))
        .isEqualTo("# TYPE a counter\na_total 1.0\n# TYPE b unknown\nb 1.0\n");
    EnginePage open =
        Pages.openMetrics(
            """
            # TYPE i info
            i_info{v="1"} 1
            # TYPE s stateset
            s{s="on"} 1
            # TYPE c counter
            c_total 2
            c_created 1700000000.5
            # TYPE g gaugehistogram
            g_bucket{le="+Inf"} 2
            g_gcount 2
            g_gsum 3
            # EOF
            """);
    assertThat(Pages.writtenText(open, PageFormat.TEXT))
        .isEqualTo(
            """
            # TYPE i_info gauge
            i_info{v="1"} 1.0
            # TYPE s gauge
            s{s="on"} 1.0
            # TYPE c_total counter
            c_total 2.0
            # TYPE c_created gauge
            c_created 1.7000000005E9
            # TYPE g histogram
            g_bucket{le="+Inf"} 2.0
            # TYPE g_gcount gauge
            g_gcount 2.0
            # TYPE g_gsum gauge
            g_gsum 3.0
            """);
    assertThat(Pages.writtenText(open, PageFormat.OPEN_METRICS))
        .startsWith("# TYPE i info\ni_info")
        .contains("# TYPE g gaugehistogram\n");
  }

  @Test
  void exemplarsAreKeptWhereTheFormatHasThem() {
    String line = "a_total{x=\"1\"} 1.0 # {trace_id=\"a\\\"b\"} 0.5 1700000000.250\n";
    EnginePage page = Pages.openMetrics("# TYPE a counter\n" + line + "# EOF\n");
    assertThat(Pages.writtenText(page, PageFormat.OPEN_METRICS))
        .isEqualTo("# TYPE a counter\n" + line);
    assertThat(Pages.writtenText(page, PageFormat.TEXT)).doesNotContain("trace_id");
    byte[] message = Pages.written(page, PageFormat.PROTOBUF);
    EnginePage again = EnginePage.read(message, PageFormat.PROTOBUF, PageLimits.defaults());
    assertThat(Pages.writtenText(again, PageFormat.OPEN_METRICS))
        .isEqualTo("# TYPE a counter\n" + line);
  }

  @Test
  void aMessageGoesOnAsItCame() {
    EnginePage page = EnginePage.read(Pages.file("vllm-0.32.0.txt"), PageFormat.TEXT, limits());
    byte[] once = Pages.written(page, PageFormat.PROTOBUF);
    EnginePage read = EnginePage.read(once, PageFormat.PROTOBUF, limits());
    assertThat(Pages.written(read, PageFormat.PROTOBUF)).isEqualTo(once);
  }

  @Test
  void aFamilyOfWhichWeHaveASampleIsLeftOut() throws IOException {
    EnginePage page =
        Pages.text(
            """
            a 1
            # TYPE h histogram
            h_bucket{le="+Inf"} 1
            h_sum 1
            h_count 1
            c 1
            """);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PageWriter.write(page, PageFormat.TEXT, Set.of("a", "h_count"), out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("# TYPE c untyped\nc 1.0\n");
  }

  private static PageLimits limits() {
    return PageLimits.defaults();
  }
}
