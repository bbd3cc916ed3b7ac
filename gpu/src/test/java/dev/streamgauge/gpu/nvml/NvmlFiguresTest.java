package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.gpu.XidCounts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of a driver that answers. */
class NvmlFiguresTest {
  @TempDir Path folder;
  private FakeDriver driver;

  @BeforeEach
  void driver() {
    driver = new FakeDriver(folder);
  }

  @Test
  void everyFigureHasItsPublishedUnit() {
    NvmlReader reader = driver.hasGpu(0).reader();
    look(reader);
    driver.says("gpu0.field197", 1_500).says("gpu0.field198", 2_700);
    GpuSample sample = look(reader).gpus().getFirst();

    assertThat(sample.gpu())
        .isEqualTo(new GpuIdentity(FakeDriver.uuid(0), "NVIDIA H100 80GB HBM3", ""));
    Map<GpuField, Double> expected = new EnumMap<>(GpuField.class);
    expected.put(GpuField.UTILIZATION, 0.87);
    expected.put(GpuField.MEMORY_UTILIZATION, 0.41);
    expected.put(GpuField.MEMORY_USED, 70e9);
    expected.put(GpuField.MEMORY_TOTAL, 85_520_809_984.0);
    expected.put(GpuField.POWER, 543.21);
    expected.put(GpuField.POWER_LIMIT, 700.0);
    expected.put(GpuField.TEMPERATURE, 61.0);
    expected.put(GpuField.CLOCK_GRAPHICS, 1980e6);
    expected.put(GpuField.CLOCK_SM, 1965e6);
    expected.put(GpuField.CLOCK_MEM, 2619e6);
    expected.put(GpuField.CLOCK_VIDEO, 1545e6);
    expected.put(GpuField.ENERGY, 123_456_789.012);
    expected.put(GpuField.ECC_CORRECTED, 3.0);
    expected.put(GpuField.ECC_UNCORRECTED, 0.0);
    expected.put(GpuField.PCIE_SENT, 500.0);
    expected.put(GpuField.PCIE_RECEIVED, 700.0);
    expected.put(GpuField.NVLINK_SENT, 7 * 1024.0);
    expected.put(GpuField.NVLINK_RECEIVED, 9 * 1024.0);
    expected.put(GpuField.SM_ACTIVE, 0.715);
    expected.put(GpuField.TENSOR_ACTIVE, 0.3325);
    expected.put(GpuField.DRAM_ACTIVE, 0.52125);
    assertThat(sample.figures().keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (field, value) ->
            assertThat(sample.figure(field)).as(field.name()).isCloseTo(value, within(1e-6)));
    assertThat(sample.throttled())
        .containsExactlyInAnyOrder(ThrottleReason.SW_POWER_CAP, ThrottleReason.HW_THERMAL);
    assertThat(sample.supported()).hasSize(GpuField.values().length).doesNotContainValue(false);
    assertThat(reader.errors())
        .doesNotContainKey("success")
        .allSatisfy((_, n) -> assertThat(n).isZero());
  }

  @Test
  void whatTheCardDoesNotHaveIsAbsentAndNeverZero() {
    driver.says("count", 1).says("gpu0.uuid", FakeDriver.uuid(0)).says("gpu0.utilization", 0);
    driver.says("gpu0.memory_utilization", 0);
    GpuSample sample = second(driver.reader());

    assertThat(sample.figures())
        .containsOnly(
            Map.entry(GpuField.UTILIZATION, 0.0), Map.entry(GpuField.MEMORY_UTILIZATION, 0.0));
    assertThat(sample.throttled()).isNull();
    assertThat(sample.supported())
        .containsEntry(GpuField.UTILIZATION, true)
        .containsEntry(GpuField.POWER, false)
        .containsEntry(GpuField.SM_ACTIVE, false)
        .containsEntry(GpuField.PCIE_SENT, false)
        .containsEntry(GpuField.THROTTLED, false);
  }

  @Test
  void allOnesIsNotANumber() {
    driver
        .hasGpu(0)
        .says("gpu0.power_mw", 0xFFFFFFFFL)
        .says("gpu0.energy_mj", "0xFFFFFFFFFFFFFFFF");
    assertThat(second(driver.reader()).figures())
        .doesNotContainKeys(GpuField.POWER, GpuField.ENERGY);
  }

  @Test
  void anIdleGpuIsNotThrottled() {
    driver.hasGpu(0).says("gpu0.clock_events", 1);
    assertThat(second(driver.reader()).throttled()).isEmpty();
    driver.says("gpu0.clock_events", "0x8000000000000001");
    assertThat(second(driver.reader()).throttled()).containsExactly(ThrottleReason.OTHER);
  }

  @Test
  void activityAboveAHundredPercentIsAHundred() {
    driver.hasGpu(0).says("gpu0.gpm2", "101.7").says("gpu0.gpm5", "nan");
    GpuSample sample = second(driver.reader());
    assertThat(sample.figure(GpuField.SM_ACTIVE)).isEqualTo(1.0);
    assertThat(sample.figure(GpuField.TENSOR_ACTIVE)).isNull();
  }

  @Test
  void anOldDriversFirstVersionsAreUsed(@TempDir Path other) {
    FakeDriver old = new FakeDriver(other, "-DOLD_DRIVER").hasGpu(0);
    NvmlReader reader = old.reader();
    look(reader);
    old.nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    GpuSample sample = look(reader).gpus().getFirst();

    // with the driver's reserve, as that version counts it
    assertThat(sample.figure(GpuField.MEMORY_USED)).isEqualTo(70.5e9);
    assertThat(sample.throttled()).contains(ThrottleReason.SW_POWER_CAP);
    assertThat(sample.supported())
        .containsEntry(GpuField.SM_ACTIVE, false)
        .containsEntry(GpuField.NVLINK_SENT, false)
        .containsEntry(GpuField.PCIE_COUNTER, false);
    // 3,000 KB/s for two seconds
    assertThat(sample.figure(GpuField.PCIE_SENT)).isEqualTo(6e6);
    assertThat(sample.figure(GpuField.PCIE_RECEIVED)).isEqualTo(8e6);
  }

  /** The struct that the library has an older idea of costs one figure's detail, no memory. */
  @Test
  void aRefusedVersionWordFallsBackToTheFirstVersion() {
    driver.hasGpu(0).says("return.nvmlDeviceGetMemoryInfo_v2", 25);
    NvmlReader reader = driver.reader();
    assertThat(second(reader).figure(GpuField.MEMORY_USED)).isEqualTo(70.5e9);
    assertThat(reader.errors()).containsEntry("argument_version_mismatch", 2L);
  }

  @Test
  void aLibraryThatWritesMoreThanTheStructHasDoesNoHarm() {
    driver.hasGpu(0).says("overrun_bytes", 4096);
    GpuSample sample = second(driver.reader());
    assertThat(sample.figure(GpuField.MEMORY_USED)).isEqualTo(70e9);
    assertThat(sample.figure(GpuField.POWER)).isEqualTo(543.21);
    assertThat(sample.figure(GpuField.TENSOR_ACTIVE)).isEqualTo(0.3325);
  }

  @Test
  void aNarrowPcieCounterThatWrapsGoesOnRising() {
    driver.hasGpu(0).saysNoMore("gpu0.field197").says("gpu0.field197.32", 0xFFFF_FF00L);
    NvmlReader reader = driver.reader();
    assertThat(look(reader).gpus().getFirst().figure(GpuField.PCIE_SENT)).isEqualTo(0);
    driver.says("gpu0.field197.32", 0x100);
    assertThat(look(reader).gpus().getFirst().figure(GpuField.PCIE_SENT)).isEqualTo(0x200);
  }

  @Test
  void xidErrorsAreCountedOnceEach() {
    driver.hasGpu(0).says("event0", "0 79").says("event1", "0 79").says("event2", "0 31");
    NvmlReader reader = driver.reader();
    look(reader);
    look(reader);
    assertThat(reader.xids())
        .containsExactlyInAnyOrder(
            new XidCounts.Count(FakeDriver.uuid(0), "79", 2),
            new XidCounts.Count(FakeDriver.uuid(0), "31", 1));
  }

  @Test
  void aMigDeviceHasFiguresOfItsOwnAndNotItsGpus() {
    driver.hasGpu(0).hasInstances(0, 3);
    driver.says("event0", "0 13 8").says("event1", "0 13 7").says("event2", "0 79");
    String own = FakeDriver.instanceUuid(0, 1);
    NvmlReader reader = driver.reader(FakeDriver.settings(new GpuChoice.Auto(), own));
    GpuSample sample = second(reader);

    assertThat(sample.gpu()).isEqualTo(new GpuIdentity(own, "NVIDIA H100 80GB HBM3", "1g.10gb"));
    assertThat(sample.figures())
        .containsOnly(
            Map.entry(GpuField.MEMORY_TOTAL, 10_200_547_328.0),
            Map.entry(GpuField.MEMORY_USED, 2e6),
            Map.entry(GpuField.SM_ACTIVE, 0.11),
            Map.entry(GpuField.TENSOR_ACTIVE, 0.21),
            Map.entry(GpuField.DRAM_ACTIVE, 0.31));
    assertThat(sample.supported()).containsEntry(GpuField.POWER, false);
    // its own instance's, and what hit the whole GPU
    assertThat(reader.xids())
        .containsExactlyInAnyOrder(
            new XidCounts.Count(own, "13", 1), new XidCounts.Count(own, "79", 1));
  }

  @Test
  void whoOwnsACutGpuOwnsItsPowerAndEachPart() {
    driver.hasGpu(0).hasInstances(0, 2);
    NvmlReader reader =
        driver.reader(FakeDriver.settings(new GpuChoice.Auto(), FakeDriver.uuid(0)));
    look(reader);
    GpuSnapshot snapshot = look(reader);
    assertThat(snapshot.gpus())
        .extracting(each -> each.gpu().uuid())
        .containsExactly(
            FakeDriver.uuid(0), FakeDriver.instanceUuid(0, 0), FakeDriver.instanceUuid(0, 1));
    assertThat(snapshot.gpus().getFirst().figure(GpuField.POWER)).isEqualTo(543.21);
  }

  @Test
  void ofEightGpusTheOneThatIsOursIsLookedAt() {
    for (int i = 0; i < 8; i++) {
      driver.hasGpu(i).says("gpu" + i + ".power_mw", 1000 * i);
    }
    GpuSnapshot snapshot =
        look(driver.reader(FakeDriver.settings(new GpuChoice.Auto(), FakeDriver.uuid(5))));
    assertThat(snapshot.gpus()).hasSize(1);
    assertThat(snapshot.gpus().getFirst().figure(GpuField.POWER)).isEqualTo(5.0);
    assertThat(snapshot.others()).isEmpty();
    assertThat(snapshot.whole()).isTrue();
  }

  @Test
  void ofEightGpusOfWhichNoneIsAssignedNoneIsClaimed() {
    for (int i = 0; i < 8; i++) {
      driver.hasGpu(i);
    }
    GpuSnapshot snapshot = look(driver.reader(FakeDriver.settings(new GpuChoice.Auto(), "all")));
    assertThat(snapshot.gpus()).isEmpty();
    assertThat(snapshot.others()).hasSize(8);
    assertThat(snapshot.whole()).isFalse();
  }

  /** Functions without which no device is known; all others cost their own figures alone. */
  private static final List<NvmlFunction> NEEDED =
      List.of(
          NvmlFunction.INIT, NvmlFunction.COUNT, NvmlFunction.HANDLE_BY_INDEX, NvmlFunction.UUID);

  @ParameterizedTest
  @EnumSource(NvmlFunction.class)
  void aMissingFunctionCostsItsOwnFigureAlone(NvmlFunction missing) {
    driver.hasGpu(0);
    NvmlReader reader = driver.readerWithout(missing);
    if (NEEDED.contains(missing)) {
      assertThat(Looks.why(reader.read())).doesNotStartWith("seen");
      return;
    }
    GpuSample sample = second(reader);
    assertThat(sample.supported().entrySet().stream().filter(each -> !each.getValue()))
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(Costs.ofMissing(missing));
    assertThat(reader.errors()).allSatisfy((_, n) -> assertThat(n).isZero());
    reader.close();
  }

  private static GpuSnapshot look(NvmlReader reader) {
    return Looks.look(reader);
  }

  private static GpuSample second(NvmlReader reader) {
    return Looks.second(reader);
  }
}
