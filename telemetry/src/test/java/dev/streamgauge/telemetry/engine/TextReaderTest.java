package dev.streamgauge.telemetry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextReaderTest {

  @Test
  void aFamilyHasItsTypeItsHelpAndItsSamples() {
    EnginePage page =
        Pages.text(
            """
            # HELP a_total How many.
            # TYPE a_total counter
            a_total{x="1"} 2
            a_total{x="2"} 3.5 1700000000123
            """);
    Family family = Objects.requireNonNull(page.family("a_total"));
    assertThat(family.type()).isEqualTo(FamilyType.COUNTER);
    assertThat(family.help()).isEqualTo("How many.");
    assertThat(family.samples()).extracting(Sample::value).containsExactly(2.0, 3.5);
    assertThat(family.samples().getLast().timeSeconds()).isEqualTo(1700000000.123);
    assertThat(page.malformed()).isZero();
  }

  @Test
  void escapesStandForOneCharacter() {
    EnginePage page = Pages.text("a{p=\"C:\\\\d\\n\\\"q\\\"\",e=\"\",k=\"\\t\"} 1\n");
    SampleLabels labels = page.families().getFirst().samples().getFirst().labels();
    assertThat(labels.value("p")).isEqualTo("C:\\d\n\"q\"");
    assertThat(labels.value("e")).isEmpty();
    assertThat(labels.value("k")).as("no escape that we know").isEqualTo("\\t");
  }

  @Test
  void numbersMayBeNoNumbersAndInfinite() {
    EnginePage page = Pages.text("a 1e3\nb NaN\nc +Inf\nd -Inf\ne -0.5\nf Inf\n");
    assertThat(page.families().stream().map(each -> each.samples().getFirst().value()))
        .containsExactly(
            1e3,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            -0.5,
            Double.POSITIVE_INFINITY);
  }

  @Test
  void blanksCarriageReturnsAndCommentsDoNotMatter() {
    EnginePage page =
        Pages.text(
            "\r\n#  just words\r\n# TYPE  a   gauge \r\n a { x = \"1\" , } \t 7 \r\n#\r\nb 1");
    assertThat(page.malformed()).isZero();
    assertThat(page.families()).extracting(Family::name).containsExactly("a", "b");
    assertThat(page.family("a")).extracting(Family::type).isEqualTo(FamilyType.GAUGE);
  }

  @Test
  void whatIsNoSampleIsCountedAndPassedOver() {
    EnginePage page =
        Pages.text(
            """
            <html>
            a
            a{x="1"
            a{x="1",x="2"} 1
            a{x=1} 1
            a{"quoted.name"} 1
            a 0x10
            a 1d
            a 1 2 3
            a 1 NaN
            a 1 # {t="1"} 1
            1a 1
            # TYPE b nothing
            good 1
            """);
    assertThat(page.malformed()).isEqualTo(13);
    assertThat(page.families()).extracting(Family::name).containsExactly("good");
  }

  @Test
  void aLabelThatMustNotBeThereTakesItsSampleWithIt() {
    EnginePage page =
        Pages.openMetrics(
            """
            # TYPE g gauge
            g{__name__="x"} 1
            g{a="1",__name__="g"} 1
            g{a="1",a="1"} 1
            g{a.b="1"} 1
            g{a:b="1"} 1
            g{__other="1"} 1
            # TYPE c counter
            c_total 1 # {__name__="x"} 1
            c_total{a="1"} 1 # {t="x"} 1
            # EOF
            """);
    assertThat(page.malformed()).isEqualTo(6);
    assertThat(Pages.writtenText(page, PageFormat.OPEN_METRICS))
        .isEqualTo(
            """
            # TYPE g gauge
            g{__other="1"} 1.0
            # TYPE c counter
            c_total{a="1"} 1.0 # {t="x"} 1.0
            """);
  }

  @Test
  void aBoundIsANumberAndOfBucketsAndQuantilesAlone() {
    EnginePage page =
        Pages.text(
            """
            # TYPE h histogram
            h_bucket{le="+Inf"} 3
            h_bucket{le="much"} 3
            h_bucket 3
            h_sum 9
            h_sum{le="1"} 9
            h_count 3
            s{quantile="0.5"} 1
            s{quantile=""} 1
            s{le="1"} 1
            # TYPE s summary
            s_count{quantile="0.5"} 1
            s_count 1
            # TYPE g gauge
            g{le="much",quantile="much"} 1
            """);
    assertThat(page.malformed()).isEqualTo(6);
    assertThat(Pages.writtenText(page, PageFormat.TEXT))
        .isEqualTo(
            """
            # TYPE h histogram
            h_bucket{le="+Inf"} 3.0
            h_sum 9.0
            h_count 3.0
            # TYPE s summary
            s{quantile="0.5"} 1.0
            s_count 1.0
            # TYPE g gauge
            g{le="much",quantile="much"} 1.0
            """);
  }

  @Test
  void aSampleWithoutATypeIsUnknown() {
    EnginePage page = Pages.text("a_bucket{le=\"1\"} 1\n");
    assertThat(page.families()).hasSize(1);
    assertThat(page.families().getFirst().type()).isEqualTo(FamilyType.UNKNOWN);
  }

  @Test
  void aFamilyInSeveralPartsBecomesOneAndASampleCountsOnce() {
    EnginePage page =
        Pages.text(
            """
            # TYPE a gauge
            a{x="1"} 1
            # TYPE b gauge
            b 1
            # TYPE a gauge
            a{x="2"} 2
            a{x="1"} 9
            # TYPE a counter
            """);
    assertThat(page.families()).extracting(Family::name).containsExactly("a", "b");
    assertThat(page.families().getFirst().samples())
        .extracting(Sample::value)
        .containsExactly(1.0, 2.0);
    assertThat(page.duplicates()).isEqualTo(1);
    assertThat(page.malformed()).as("two types").isEqualTo(1);
  }

  @Test
  void aHistogramsSamplesAreItsOwnAlsoWhereItsNameEndsAsACounters() {
    EnginePage page =
        Pages.text(
            """
            # TYPE tokens_total histogram
            tokens_total_bucket{le="+Inf"} 3
            tokens_total_sum 9
            tokens_total_count 3
            """);
    assertThat(page.families()).hasSize(1);
    assertThat(page.families().getFirst().samples()).hasSize(3);
  }

  @Test
  void timesOfCreationBelongToTheFamilyThatWasCreated() {
    EnginePage page =
        Pages.text(
            """
            # TYPE a_total counter
            a_total{x="1"} 1
            a_total{x="2"} 1
            # TYPE a_created gauge
            a_created{x="1"} 1.7e9
            a_created{x="2"} 1.7e9
            """);
    assertThat(page.families()).hasSize(1);
    assertThat(page.families().getFirst().samples())
        .extracting(Sample::name)
        .containsExactly("a_total", "a_created", "a_total", "a_created");
  }

  @Test
  void openMetricsHasUnitsExemplarsAndAnEnd() {
    EnginePage page =
        Pages.openMetrics(
            """
            # TYPE a_seconds histogram
            # UNIT a_seconds seconds
            # HELP a_seconds With "quotes".
            a_seconds_bucket{le="1.0"} 2 # {trace_id="ab"} 0.5 1700000000.5
            a_seconds_bucket{le="+Inf"} 2
            a_seconds_count 2
            a_seconds_sum 1.0
            # TYPE c counter
            c_total 4 1700000000.25
            # TYPE i info
            i_info{v="1"} 1
            # EOF
            behind 1
            """);
    assertThat(page.families())
        .extracting(Family::name)
        .containsExactly("a_seconds", "c_total", "i_info");
    Family histogram = page.families().getFirst();
    assertThat(histogram.unit()).isEqualTo("seconds");
    Sample.Exemplar exemplar = Objects.requireNonNull(histogram.samples().getFirst().exemplar());
    assertThat(exemplar.labels().value("trace_id")).isEqualTo("ab");
    assertThat(exemplar.value()).isEqualTo(0.5);
    assertThat(exemplar.timeSeconds()).isEqualTo(1700000000.5);
    assertThat(page.families().get(1).samples().getFirst().timeSeconds()).isEqualTo(1700000000.25);
  }

  @Test
  void whatIsTooMuchIsLeftOutAndTheRestIsRead() {
    PageLimits small = new PageLimits(60, 3, 4, 2, 10);
    String page =
        """
        a 1
        long_enough_to_be_too_long 1
        a{x="%s"} 1
        a{x="1",y="2",z="3"} 1
        a{x="1",y="2"} 1
        b 1
        c 1
        d 1
        %s
        """
            .formatted("v".repeat(11), "#".repeat(61));
    EnginePage read =
        EnginePage.read(page.getBytes(StandardCharsets.UTF_8), PageFormat.TEXT, small);
    assertThat(read.families()).extracting(Family::name).containsExactly("a", "b", "c");
    assertThat(read.leftOut()).isEqualTo(5);
    assertThat(read.malformed()).isZero();
  }

  @Test
  void noByteThatIsWrongOrMissingBreaksTheReader() {
    Random random = new Random(7);
    for (String name : List.of("vllm-0.32.0.txt", "vllm-0.32.0.om", "vllm-0.8.5.txt", "tgi.txt")) {
      byte[] good = Pages.file(name);
      for (int round = 0; round < 150; round++) {
        byte[] bad = good.clone();
        for (int hit = random.nextInt(40); hit >= 0; hit--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
        }
        for (PageFormat format : PageFormat.values()) {
          EnginePage page = EnginePage.read(bad, format, PageLimits.defaults());
          EnginePage again =
              EnginePage.read(
                  Pages.written(page, PageFormat.TEXT), PageFormat.TEXT, PageLimits.defaults());
          assertThat(again.malformed()).as("%s, round %d", name, round).isZero();
        }
      }
    }
  }

  @Test
  void aPageMayEndAtAnyByte() {
    byte[] whole = Pages.file("llamacpp-2026.10.txt");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      EnginePage page = EnginePage.read(cut, PageFormat.TEXT, PageLimits.defaults());
      assertThat(page.malformed()).isLessThanOrEqualTo(1);
    }
  }
}
