package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.Looks;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of NVLink's counters is read: field values 202 and 204, or before NVLink 5 138 and 139. */
class NvmlLinksTest {
  @TempDir Path folder;
  private FakeDriver driver;

  @BeforeEach
  void driver() {
    driver = new FakeDriver(folder).hasGpu(0);
    driver.saysNoMore("gpu0.field138").saysNoMore("gpu0.field139");
  }

  /** What each of a card's counters says, and what comes of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hopper: KiB                  | field138=7 field139=9                   | 7168 | 9216",
        "Blackwell: bytes             | field202=7000 field204=9000             | 7000 | 9000",
        "both: bytes                  | field138=0 field139=0 field202=5 field204=6 | 5 | 6",
        "each link alone              | field202.link0=5 field202.link17=6 field204.link35=7 | 11 | 7",
        "each link alone, and KiB     | field138=1 field139=1 field202.link3=5 field204.link3=0 | 1024 | 1024",
        "one way newer than the other | field138=1 field204=8                   | 1024 | 8",
        "32 bits                      | field202.32=4294967295 field204.32=0    | 4294967295 | 0",
        "no NVLink                    |                                         | | ",
      })
  void theBestCounterThatTheCardHasIsRead(String card, String says, Double sent, Double received) {
    Pattern each = Pattern.compile("(\\S+)=(\\S+)");
    each.matcher(says == null ? "" : says)
        .results()
        .forEach(found -> driver.says("gpu0." + found.group(1), found.group(2)));
    NvmlReader reader = driver.reader();
    for (int look = 0; look < 3; look++) {
      GpuSample sample = Looks.look(reader).gpus().getFirst();
      assertThat(sample.figure(GpuField.NVLINK_SENT)).as(card).isEqualTo(sent);
      assertThat(sample.figure(GpuField.NVLINK_RECEIVED)).as(card).isEqualTo(received);
      assertThat(sample.supported())
          .containsEntry(GpuField.NVLINK_SENT, sent != null)
          .containsEntry(GpuField.NVLINK_RECEIVED, received != null);
    }
    assertThat(reader.errors()).allSatisfy((_, n) -> assertThat(n).isZero());
  }

  /** They do not count the same: a figure that went from one to the other would jump. */
  @ParameterizedTest
  @EnumSource(
      value = NvmlCode.class,
      names = {"NOT_SUPPORTED", "TIMEOUT", "NO_PERMISSION"})
  void aCounterThatAnsweredOnceIsTheOneThatIsReadUntilTheDriverIsOpenedAnew(NvmlCode code) {
    driver.says("gpu0.field202", 5000).says("gpu0.field204", 6000);
    NvmlReader reader = driver.reader();
    Looks.look(reader);
    driver.says("gpu0.field138", 70).says("gpu0.field139", 90);
    driver.says("return.field202", code.number());
    assertThat(Looks.look(reader).gpus().getFirst().figures())
        .doesNotContainKey(GpuField.NVLINK_SENT)
        .containsEntry(GpuField.NVLINK_RECEIVED, 6000.0);
    reader.close();
    assertThat(Looks.look(reader).gpus().getFirst().figures())
        .containsEntry(GpuField.NVLINK_SENT, 70 * 1024.0)
        .containsEntry(GpuField.NVLINK_RECEIVED, 6000.0);
  }

  /** The sum over the others would be a counter that fell. */
  @Test
  void aLinkThatAnswersNoMoreTakesTheSumAway() {
    driver.says("gpu0.field202.link0", 5).says("gpu0.field202.link1", 6);
    NvmlReader reader = driver.reader();
    assertThat(figures(reader)).containsEntry(GpuField.NVLINK_SENT, 11.0);
    driver.saysNoMore("gpu0.field202.link1");
    assertThat(figures(reader)).doesNotContainKey(GpuField.NVLINK_SENT);
  }

  @Test
  void whatFailsInPassingIsAskedAgain() {
    driver.says("gpu0.field202", 5000).says("return.field202", NvmlCode.TIMEOUT.number());
    NvmlReader reader = driver.reader();
    GpuSample sample = Looks.look(reader).gpus().getFirst();
    assertThat(sample.figures()).doesNotContainKey(GpuField.NVLINK_SENT);
    assertThat(sample.supported()).doesNotContainKey(GpuField.NVLINK_SENT);
    driver.saysNoMore("return.field202");
    assertThat(figures(reader)).containsEntry(GpuField.NVLINK_SENT, 5000.0);
  }

  private static Map<GpuField, Double> figures(NvmlReader reader) {
    return Looks.look(reader).gpus().getFirst().figures();
  }
}
