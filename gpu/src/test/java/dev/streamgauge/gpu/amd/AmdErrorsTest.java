package dev.streamgauge.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import dev.streamgauge.gpu.driver.Means;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each error code at each call: what it costs, that it is counted, and that all comes back. */
class AmdErrorsTest {
  /** Calls without which no device is known. */
  private static final Set<AmdFunction> NEEDED =
      Set.of(AmdFunction.INIT, AmdFunction.SOCKETS, AmdFunction.PROCESSORS, AmdFunction.UUID);

  /** Those that cost no figure. */
  private static final Set<AmdFunction> ABOUT_NAMES =
      Set.of(
          AmdFunction.SHUT_DOWN,
          AmdFunction.PROCESSOR_TYPE,
          AmdFunction.BDF,
          AmdFunction.ASIC,
          AmdFunction.DRIVER,
          AmdFunction.COMPUTE_PARTITION);

  @TempDir Path folder;
  private FakeAmd driver;

  @BeforeEach
  void driver() {
    driver = new FakeAmd(folder).hasGpu(0).says("gpu0.vclk", 1000);
  }

  private static Set<GpuField> figures(AmdFunction function) {
    return switch (function) {
      case INIT,
          SHUT_DOWN,
          SOCKETS,
          PROCESSORS,
          PROCESSOR_TYPE,
          UUID,
          BDF,
          ASIC,
          DRIVER,
          COMPUTE_PARTITION ->
          Set.of();
      case ACTIVITY -> Set.of(GpuField.UTILIZATION, GpuField.MEMORY_UTILIZATION);
      case MEMORY_USED -> Set.of(GpuField.MEMORY_USED);
      case MEMORY_TOTAL -> Set.of(GpuField.MEMORY_TOTAL);
      case METRICS ->
          Set.of(
              GpuField.POWER, GpuField.THROTTLED, GpuField.NVLINK_SENT, GpuField.NVLINK_RECEIVED);
      case POWER_CAP -> Set.of(GpuField.POWER_LIMIT);
      case ENERGY -> Set.of(GpuField.ENERGY);
      case TEMPERATURE -> Set.of(GpuField.TEMPERATURE);
      case CLOCK -> Set.of(GpuField.CLOCK_GRAPHICS, GpuField.CLOCK_MEM, GpuField.CLOCK_VIDEO);
      case ECC -> Set.of(GpuField.ECC_CORRECTED, GpuField.ECC_UNCORRECTED);
    };
  }

  @ParameterizedTest
  @EnumSource(value = AmdCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeOfAFiguresCallCostsWhatItMeans(AmdCode code) {
    for (AmdFunction function : AmdFunction.values()) {
      if (figures(function).isEmpty()) {
        continue;
      }
      String what = function + ": " + code;
      AmdReader reader = driver.reader();
      GpuSample before = Looks.second(reader);
      fails(function, code);
      GpuReading reading = reader.read();
      switch (code.means()) {
        case NOT_NOW, NEVER -> {
          GpuSample after = ((GpuReading.Seen) reading).snapshot().gpus().getFirst();
          assertThat(Looks.lost(before, after)).as(what).isEqualTo(figures(function));
          boolean has = code.means() == Means.NOT_NOW;
          figures(function).forEach(f -> assertThat(after.supported()).containsEntry(f, has));
        }
        case DRIVER_LOST ->
            assertThat(Looks.why(reading)).as(what).startsWith("lost:").endsWith(code.label());
        case DEVICE_LOST, NOTHING -> throw new IllegalStateException(what);
      }
      assertCounted(reader, code);
      driver.saysNoMore("return." + function.symbol());
      if (code.means() != Means.NOT_NOW) {
        reader.close();
      }
      assertThat(Looks.lost(before, Looks.second(reader))).as(what).isEmpty();
      reader.close();
    }
  }

  @ParameterizedTest
  @EnumSource(value = AmdCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeAtTheOpeningIsSaidAndComesToNothingWorse(AmdCode code) {
    for (AmdFunction function : NEEDED) {
      AmdReader reader = driver.reader();
      fails(function, code);
      if (reader.read() instanceof GpuReading.Seen(GpuSnapshot snapshot)) {
        assertThat(snapshot.whole()).as("%s: %s", function, code).isFalse();
      }
      assertCounted(reader, code);
      reader.close();
      driver.saysNoMore("return." + function.symbol());
      assertThat(Looks.look(reader).whole()).as("%s: %s", function, code).isTrue();
      reader.close();
    }
  }

  @ParameterizedTest
  @EnumSource(value = AmdCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeOfACallAboutNamesCostsNoFigure(AmdCode code) {
    GpuSample whole = Looks.second(driver.reader());
    for (AmdFunction function : ABOUT_NAMES) {
      AmdReader reader = driver.reader();
      fails(function, code);
      assertThat(Looks.lost(whole, Looks.second(reader))).as("%s: %s", function, code).isEmpty();
      reader.close();
      driver.saysNoMore("return." + function.symbol());
    }
  }

  @ParameterizedTest
  @EnumSource(AmdFunction.class)
  void aMissingFunctionCostsItsOwnFiguresAlone(AmdFunction missing) {
    GpuSample whole = Looks.second(driver.reader());
    AmdReader reader = driver.readerWithout(missing);
    if (NEEDED.contains(missing)) {
      assertThat(Looks.why(reader.read())).doesNotStartWith("seen");
      return;
    }
    GpuSample sample = Looks.second(reader);
    assertThat(Looks.lost(whole, sample)).isEqualTo(figures(missing));
    figures(missing).forEach(f -> assertThat(sample.supported()).containsEntry(f, false));
    assertThat(reader.errors()).allSatisfy((_, n) -> assertThat(n).isZero());
    reader.close();
  }

  private void fails(AmdFunction function, AmdCode code) {
    driver.says("return." + function.symbol(), Integer.toUnsignedString(code.number()));
  }

  private static void assertCounted(AmdReader reader, AmdCode code) {
    Map<String, Long> errors = reader.errors();
    if (Set.of(AmdCode.NOT_SUPPORTED, AmdCode.NOT_YET_IMPLEMENTED).contains(code)) {
      assertThat(errors.get(code.label())).as("what a card lacks is no error").isZero();
    } else {
      assertThat(errors.get(code.label())).as(code.label()).isPositive();
    }
    assertThat(List.copyOf(errors.keySet())).doesNotContain("success");
  }
}
