package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import dev.streamgauge.gpu.driver.Means;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each error code at each call: what it costs, that it is counted, and that all comes back. */
class NvmlErrorsTest {
  @TempDir Path folder;
  private FakeDriver driver;

  @BeforeEach
  void driver() {
    driver = new FakeDriver(folder).hasGpu(0);
  }

  /** Calls of each look, for one device. */
  private static final List<NvmlFunction> ASKED =
      List.of(
          NvmlFunction.UTILIZATION,
          NvmlFunction.POWER,
          NvmlFunction.POWER_LIMIT,
          NvmlFunction.TEMPERATURE,
          NvmlFunction.CLOCK,
          NvmlFunction.CLOCK_EVENTS,
          NvmlFunction.ENERGY,
          NvmlFunction.ECC,
          NvmlFunction.GPM_SAMPLE,
          NvmlFunction.GPM_METRICS,
          NvmlFunction.MEMORY_V2,
          NvmlFunction.FIELDS);

  @ParameterizedTest
  @EnumSource(value = NvmlCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeOfAFiguresCallCostsWhatItMeans(NvmlCode code) {
    for (NvmlFunction function : ASKED) {
      NvmlReader reader = driver.reader();
      GpuSample before = Looks.second(reader);
      String key = "return." + function.symbol();
      driver.says(key, code.number());
      GpuReading reading = reader.read();
      switch (code.means()) {
        case NOT_NOW, NEVER -> onlyItsFiguresAreAbsent(function, code, before, reading);
        case DEVICE_LOST, DRIVER_LOST ->
            assertThat(Looks.why(reading)).startsWith("lost:").endsWith(code.label());
        case NOTHING -> throw new IllegalStateException();
      }
      assertCounted(reader, code);
      driver.saysNoMore(key);
      assertBack(reader, function, code);
      reader.close();
    }
  }

  private static void onlyItsFiguresAreAbsent(
      NvmlFunction function, NvmlCode code, GpuSample before, GpuReading reading) {
    assertThat(reading).as("%s: %s", function, code).isInstanceOf(GpuReading.Seen.class);
    GpuSample sample = ((GpuReading.Seen) reading).snapshot().gpus().getFirst();
    Set<GpuField> absent = Looks.lost(before, sample);
    assertThat(absent)
        .as("%s: %s", function, code)
        .containsExactlyInAnyOrderElementsOf(absentFigures(function, code));
    boolean never = code.means() == Means.NEVER;
    for (GpuField field : absent) {
      assertThat(sample.supported().get(field)).as("%s: %s", function, code).isEqualTo(!never);
    }
  }

  private static List<GpuField> absentFigures(NvmlFunction function, NvmlCode code) {
    boolean never = code.means() == Means.NEVER;
    return switch (function) {
      // the first version stands in for good
      case MEMORY_V2 -> never ? List.of() : Costs.of(function);
      // a sampled rate stands in
      case FIELDS ->
          never ? List.of(GpuField.NVLINK_SENT, GpuField.NVLINK_RECEIVED) : Costs.of(function);
      default -> Costs.of(function);
    };
  }

  private static void assertCounted(NvmlReader reader, NvmlCode code) {
    Long count = reader.errors().get(code.label());
    if (code == NvmlCode.NOT_SUPPORTED) {
      assertThat(count).as("what a card lacks is no error").isZero();
    } else {
      assertThat(count).isPositive();
    }
  }

  /** At the next look; what was never, and what was lost, once the driver is opened anew. */
  private static void assertBack(NvmlReader reader, NvmlFunction function, NvmlCode code) {
    if (code.means() != Means.NOT_NOW) {
      reader.close();
    }
    GpuSample sample = Looks.second(reader);
    assertThat(sample.figures().keySet())
        .as("%s: %s", function, code)
        .containsAll(Costs.of(function).stream().filter(f -> f != GpuField.THROTTLED).toList());
    assertThat(sample.throttled()).isNotNull();
  }

  @ParameterizedTest
  @EnumSource(value = NvmlCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeAtTheOpeningIsSaidAndComesToNothingWorse(NvmlCode code) {
    for (NvmlFunction function :
        List.of(
            NvmlFunction.INIT,
            NvmlFunction.COUNT,
            NvmlFunction.HANDLE_BY_INDEX,
            NvmlFunction.UUID)) {
      NvmlReader reader = driver.reader();
      String key = "return." + function.symbol();
      driver.says(key, code.number());
      GpuReading reading = reader.read();
      if (reading instanceof GpuReading.Seen(GpuSnapshot snapshot)) {
        assertThat(snapshot.whole()).isFalse();
        assertThat(snapshot.gpus()).isEmpty();
      }
      reader.close();
      driver.saysNoMore(key);
      assertThat(Looks.look(reader).whole()).as("%s: %s", function, code).isTrue();
      reader.close();
    }
  }

  @ParameterizedTest
  @EnumSource(value = NvmlCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeOfACallAboutNamesOrEventsCostsNoFigure(NvmlCode code) {
    for (NvmlFunction function :
        List.of(
            NvmlFunction.DRIVER_VERSION,
            NvmlFunction.NAME,
            NvmlFunction.MINOR_NUMBER,
            NvmlFunction.MIG_MODE,
            NvmlFunction.EVENT_SET_CREATE,
            NvmlFunction.REGISTER_EVENTS,
            NvmlFunction.EVENT_SET_FREE,
            NvmlFunction.GPM_SAMPLE_FREE,
            NvmlFunction.SHUTDOWN)) {
      NvmlReader reader = driver.reader();
      String key = "return." + function.symbol();
      driver.says(key, code.number());
      GpuSample sample = Looks.second(reader);
      assertThat(sample.figures()).as("%s: %s", function, code).hasSize(21);
      reader.close();
      driver.saysNoMore(key);
    }
  }

  @ParameterizedTest
  @EnumSource(value = NvmlCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeOfTheEventSetCostsNoFigureUnlessTheDriverIsLost(NvmlCode code) {
    NvmlReader reader = driver.reader();
    Looks.second(reader);
    driver.says("return." + NvmlFunction.EVENT_WAIT.symbol(), code.number());
    boolean lost = code.means() == Means.DRIVER_LOST;
    assertThat(Looks.why(reader.read())).startsWith(lost ? "lost" : "seen");
    reader.close();
  }

  @ParameterizedTest
  @EnumSource(value = NvmlCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void aCodeWithinOneFieldsAnswerCostsThatFieldAlone(NvmlCode code) {
    NvmlReader reader = driver.reader();
    Looks.second(reader);
    driver.says("return.field138", code.number());
    GpuReading reading = reader.read();
    if (reading instanceof GpuReading.Seen(GpuSnapshot snapshot)) {
      assertThat(snapshot.gpus().getFirst().figures())
          .doesNotContainKey(GpuField.NVLINK_SENT)
          .containsKeys(GpuField.NVLINK_RECEIVED, GpuField.PCIE_SENT, GpuField.SM_ACTIVE);
    } else {
      assertThat(code.means()).isIn(Means.DEVICE_LOST, Means.DRIVER_LOST);
    }
    reader.close();
  }
}
