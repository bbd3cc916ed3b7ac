package dev.streamgauge.telemetry.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only protobuf has, and messages that are not to be passed on as they came. */
class ProtobufPageTest {
  private static final int GAUGE = 1;
  private static final int HISTOGRAM = 4;
  private static final int GAUGE_HISTOGRAM = 5;

  @Test
  void nativeBucketsPassAsTheyCameAndAreClassicOnesInText() {
    ProtoMessage histogram =
        new ProtoMessage()
            .number(1, 3)
            .fraction(2, 0.75)
            .number(5, 0) // schema; a zigzag number
            .fraction(6, 1e-9)
            .message(12, new ProtoMessage().number(1, 2).number(2, 2))
            .number(13, 6);
    byte[] page = page(family("native_seconds", HISTOGRAM, metric(histogram)));
    EnginePage read = read(page);
    assertThat(Pages.written(read, PageFormat.PROTOBUF)).isEqualTo(page);
    assertThat(Pages.writtenText(read, PageFormat.OPEN_METRICS))
        .isEqualTo(
            """
            # TYPE native_seconds histogram
            native_seconds_bucket{le="+Inf"} 3.0
            native_seconds_count 3.0
            native_seconds_sum 0.75
            """);
  }

  @Test
  void aGaugeHistogramHasItsOwnNamesInText() {
    ProtoMessage histogram = new ProtoMessage().number(1, 3).fraction(2, 0.75);
    EnginePage read = read(page(family("g", GAUGE_HISTOGRAM, metric(histogram))));
    assertThat(Pages.writtenText(read, PageFormat.OPEN_METRICS))
        .isEqualTo(
            "# TYPE g gaugehistogram\ng_bucket{le=\"+Inf\"} 3.0\ng_gcount 3.0\ng_gsum 0.75\n");
  }

  @Test
  void aMessageOfWhichSomethingIsLeftOutIsWrittenAnew() {
    ProtoMessage value = new ProtoMessage().fraction(1, 7);
    ProtoMessage metric = new ProtoMessage().message(2, value);
    ProtoMessage unreadable =
        new ProtoMessage().message(1, label("no.name", "v")).message(2, value);
    EnginePage read = read(page(family("a", GAUGE, metric, metric, unreadable)));
    assertThat(read.duplicates()).isEqualTo(1);
    assertThat(read.malformed()).isEqualTo(1);
    EnginePage again = read(Pages.written(read, PageFormat.PROTOBUF));
    assertThat(again.duplicates() + again.malformed()).isZero();
    assertThat(Objects.requireNonNull(again.family("a")).samples()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"__name__", "a.b", "a:b", "", "le", "twice"})
  void aMetricWithALabelThatMustNotBeThereIsLeftOutAndTheOthersStay(String name) {
    ProtoMessage value = new ProtoMessage().number(1, 3).fraction(2, 0.75);
    ProtoMessage good = new ProtoMessage().message(1, label("twice", "a")).message(7, value);
    ProtoMessage bad =
        new ProtoMessage()
            .message(1, label("twice", "b"))
            .message(1, label(name, "1"))
            .message(7, value);
    EnginePage read = read(page(family("h", HISTOGRAM, good, bad)));
    assertThat(read.malformed()).isEqualTo(1);
    EnginePage again = read(Pages.written(read, PageFormat.PROTOBUF));
    assertThat(again.malformed()).isZero();
    assertThat(Pages.writtenText(again, PageFormat.TEXT))
        .isEqualTo(
            """
            # TYPE h histogram
            h_bucket{le="+Inf",twice="a"} 3.0
            h_count{twice="a"} 3.0
            h_sum{twice="a"} 0.75
            """);
  }

  @Test
  void anExemplarWithALabelThatMustNotBeThereIsLeftOutAndItsSampleStays() {
    ProtoMessage exemplar = new ProtoMessage().message(1, label("__name__", "x")).fraction(2, 1);
    ProtoMessage counter = new ProtoMessage().fraction(1, 7).message(2, exemplar);
    EnginePage read = read(page(family("c_total", 0, new ProtoMessage().message(3, counter))));
    assertThat(read.malformed()).isEqualTo(1);
    EnginePage again = read(Pages.written(read, PageFormat.PROTOBUF));
    assertThat(again.malformed()).isZero();
    assertThat(Pages.writtenText(again, PageFormat.OPEN_METRICS))
        .isEqualTo("# TYPE c counter\nc_total 7.0\n");
  }

  @Test
  void noByteThatIsWrongOrMissingMakesAPageThatCannotBeRead() {
    byte[] good =
        Pages.written(
            EnginePage.read(Pages.file("vllm-0.32.0.txt"), PageFormat.TEXT, PageLimits.defaults()),
            PageFormat.PROTOBUF);
    Random random = new Random(11);
    for (int round = 0; round < 400; round++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int hit = random.nextInt(8); hit > 0; hit--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      EnginePage again = read(Pages.written(read(bad), PageFormat.PROTOBUF));
      assertThat(again.malformed() + again.duplicates()).as("round %d", round).isZero();
    }
  }

  @Test
  void aTypeThatMayHaveNoExemplarsLosesThem() {
    EnginePage page =
        Pages.openMetrics(
            "# TYPE g gauge\ng 1 # {a=\"b\"} 1\n# TYPE c counter\nc 2 # {a=\"b\"} 1\n# EOF\n");
    assertThat(Pages.writtenText(page, PageFormat.OPEN_METRICS))
        .isEqualTo("# TYPE g gauge\ng 1.0\n# TYPE c unknown\nc 2.0\n");
  }

  private static EnginePage read(byte[] page) {
    return EnginePage.read(page, PageFormat.PROTOBUF, PageLimits.defaults());
  }

  private static ProtoMessage family(String name, int type, ProtoMessage... metrics) {
    ProtoMessage family = new ProtoMessage().text(1, name).number(3, type);
    for (ProtoMessage each : metrics) {
      family.message(4, each);
    }
    return family;
  }

  private static ProtoMessage metric(ProtoMessage histogram) {
    return new ProtoMessage().message(7, histogram);
  }

  private static ProtoMessage label(String name, String value) {
    return new ProtoMessage().text(1, name).text(2, value);
  }

  private static byte[] page(ProtoMessage... families) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (ProtoMessage each : families) {
        each.writeDelimited(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
