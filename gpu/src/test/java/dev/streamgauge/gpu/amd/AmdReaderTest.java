package dev.streamgauge.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import dev.streamgauge.gpu.ThrottleReason;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a library that answers. */
class AmdReaderTest {
  @TempDir Path folder;
  private FakeAmd driver;

  @BeforeEach
  void driver() {
    driver = new FakeAmd(folder).hasGpu(0);
  }

  @Test
  void everyFigureHasItsPublishedUnit() {
    AmdReader reader = driver.reader();
    GpuSnapshot snapshot = Looks.look(reader);
    GpuSample sample = snapshot.gpus().getFirst();
    assertThat(sample.gpu()).isEqualTo(new GpuIdentity(FakeAmd.uuid(0), "AMD Instinct MI300X", ""));
    assertThat(snapshot.driver(sample.gpu())).isEqualTo("6.12.12");
    assertThat(sample.figures())
        .containsOnly(
            Map.entry(GpuField.UTILIZATION, 0.93),
            Map.entry(GpuField.MEMORY_UTILIZATION, 0.41),
            Map.entry(GpuField.MEMORY_USED, 150e9),
            Map.entry(GpuField.MEMORY_TOTAL, 206e9),
            Map.entry(GpuField.POWER, 651.0),
            Map.entry(GpuField.POWER_LIMIT, 750.0),
            Map.entry(GpuField.ENERGY, 15.3),
            Map.entry(GpuField.TEMPERATURE, 61.0),
            Map.entry(GpuField.CLOCK_GRAPHICS, 2100e6),
            Map.entry(GpuField.CLOCK_MEM, 1300e6),
            Map.entry(GpuField.ECC_CORRECTED, 3.0),
            Map.entry(GpuField.ECC_UNCORRECTED, 0.0),
            Map.entry(GpuField.NVLINK_SENT, 7 * 1024.0),
            Map.entry(GpuField.NVLINK_RECEIVED, 9 * 1024.0));
    assertThat(sample.supported())
        .containsEntry(GpuField.CLOCK_VIDEO, false)
        .containsEntry(GpuField.SM_ACTIVE, false);
    assertThat(reader.errors()).allSatisfy((_, n) -> assertThat(n).isZero());
  }

  @Test
  void aResidencyThatRisesBetweenTwoLooksIsThrottling() {
    AmdReader reader = driver.reader();
    assertThat(look(reader).throttled()).isNull();
    assertThat(look(reader).throttled()).isEmpty();
    driver.says("gpu0.ppt", 8);
    assertThat(look(reader).throttled()).containsExactly(ThrottleReason.SW_POWER_CAP);
  }

  @Test
  void ofSeveralTheOneWhoseFileIsHereIsOurs() {
    driver.hasGpu(1);
    assertThat(Looks.look(driver.reader()).gpus()).isEmpty();
    driver.has("dev/dri/renderD129");
    assertThat(ours(driver.reader())).containsExactly(FakeAmd.uuid(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "0Aff74a1-0000-1000-80fc-dd72e9d9b5e1", "GPU-0afcdd72e9d9b5e1"})
  void itIsNamedByNumberByUuidAndAsTheRuntimeDoes(String name) {
    driver.hasGpu(1).says("gpu1.uuid", "0aff74a1-0000-1000-80fc-dd72e9d9b5e1");
    AmdReader reader = driver.reader(assigned(name, List.of()));
    assertThat(ours(reader)).containsExactly("0aff74a1-0000-1000-80fc-dd72e9d9b5e1");
  }

  /** ROCR's variable counts what the container has, HIP's what ROCR's leaves. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 2     |     | 2",
        "'' | 3,1   | 1   | 1",
        "'' | 3,1,0 | 2,0 | 0,3",
        "'' | GPU-0afcdd72e9d9b5e1,2 | 1 | 2",
        "'' | 3,1   | 2   | ''",
        "'' | 1     | 1   | ''",
        "2,3 | 1    | 0   | 3",
        "2,3 | 2    | 0   | ''",
      })
  void eachVariableCountsWhatTheOneBeforeLeaves(
      String runtime, String rocr, @Nullable String hip, String expected) {
    for (int i = 0; i < 4; i++) {
      driver.hasGpu(i);
    }
    driver.says("gpu1.uuid", "0aff74a1-0000-1000-80fc-dd72e9d9b5e1");
    List<String> variables = hip == null ? List.of(rocr) : List.of(rocr, hip);
    List<String> uuids =
        List.of(
            FakeAmd.uuid(0),
            "0aff74a1-0000-1000-80fc-dd72e9d9b5e1",
            FakeAmd.uuid(2),
            FakeAmd.uuid(3));
    AmdReader reader = driver.reader(assigned(runtime, variables));
    assertThat(ours(reader).stream().map(uuid -> "" + uuids.indexOf(uuid)))
        .containsExactlyElementsOf(
            expected.isEmpty() ? List.of() : List.of(expected.split(",", -1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DPX", "TPX", "QPX", "CPX"})
  void aPartitionedGpuIsNamedAndNotClaimed(String mode) {
    driver.says("gpu0.partition", mode);
    GpuIdentity gpu = new GpuIdentity(FakeAmd.uuid(0), "AMD Instinct MI300X", mode);
    for (GpuAssignment assignment :
        List.of(assigned(null, List.of()), assigned("all", List.of("0")))) {
      GpuSnapshot snapshot = Looks.look(driver.reader(assignment));
      assertThat(snapshot.gpus()).isEmpty();
      assertThat(snapshot.others()).containsExactly(gpu);
    }
    GpuAssignment named =
        new GpuAssignment(new GpuChoice.Named(List.of(FakeAmd.uuid(0))), null, List.of());
    GpuSample sample = look(driver.reader(named));
    assertThat(sample.gpu()).isEqualTo(gpu);
    assertThat(sample.figure(GpuField.POWER)).isEqualTo(651.0);
  }

  /** As a library lists partitions that does not tell their mode. */
  @Test
  void severalOfOneUuidAreOneGpuThatIsNotClaimed() {
    driver.hasGpu(1).says("gpu1.uuid", FakeAmd.uuid(0)).saysNoMore("gpu0.partition");
    assertThat(Looks.look(driver.reader()).others())
        .containsExactly(new GpuIdentity(FakeAmd.uuid(0), "AMD Instinct MI300X", "unknown"));
  }

  @Test
  void aDeviceThatTellsNothingAnyMoreIsLostAndComesBack() {
    AmdReader reader = driver.reader();
    Looks.look(reader);
    driver.saysNothingOf("gpu0.");
    assertThat(reader.read()).isInstanceOf(GpuReading.Lost.class);
    reader.close();
    driver.hasGpu(0);
    assertThat(Looks.look(reader).whole()).isTrue();
  }

  /** Structs have grown from release to release, and have no version words. */
  @Test
  void aLibraryThatWritesMoreThanTheStructHasDoesNoHarm() {
    Map<GpuField, Double> figures = look(driver.reader()).figures();
    driver.says("overrun_bytes", 4096);
    assertThat(look(driver.reader()).figures()).isEqualTo(figures);
  }

  /** What an older one does not write is absent. */
  @ParameterizedTest
  @CsvSource({"24,0", "112,0", "124,0", "192,1", "256,2", "432,2", "472,2"})
  void aLibraryThatWritesLessHasLess(int bytes, int xgmi) {
    driver.says("metrics_bytes", bytes).says("gpu0.average_watts", 600).says("gpu0.throttle", 0);
    AmdReader reader = driver.reader();
    look(reader);
    GpuSample sample = look(reader);
    assertThat(sample.figure(GpuField.POWER)).isEqualTo(bytes >= 124 ? 651.0 : 600.0);
    assertThat(
            sample.figures().keySet().stream()
                .filter(Set.of(GpuField.NVLINK_SENT, GpuField.NVLINK_RECEIVED)::contains))
        .hasSize(xgmi);
    assertThat(sample.supported())
        .containsEntry(GpuField.THROTTLED, bytes >= 120)
        .containsEntry(GpuField.NVLINK_SENT, xgmi == 2);
  }

  private static GpuAssignment assigned(@Nullable String runtime, List<String> narrowing) {
    return new GpuAssignment(new GpuChoice.Auto(), runtime, narrowing);
  }

  private static List<String> ours(AmdReader reader) {
    return Looks.look(reader).gpus().stream().map(each -> each.gpu().uuid()).toList();
  }

  private static GpuSample look(AmdReader reader) {
    return Looks.look(reader).gpus().getFirst();
  }
}
