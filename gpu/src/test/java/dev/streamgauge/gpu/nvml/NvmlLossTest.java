package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.Await;
import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSampler;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import dev.streamgauge.gpu.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that go and come. */
class NvmlLossTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private FakeDriver driver;
  private final TestClock clock = new TestClock();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<GpuSampler> started = new ArrayList<>();

  @BeforeEach
  void driver() {
    driver = new FakeDriver(folder).hasGpu(0);
  }

  @AfterEach
  void close() {
    started.forEach(GpuSampler::close);
  }

  @Test
  void aGpuThatFellOffTheBusComesBackWhenItDoes() {
    driver.says("event0", "0 79");
    GpuSampler sampler = start(driver.reader());
    Await.until("the first sample", () -> sampler.now().up());

    driver.says("count", 0).says("return.gpu0", NvmlCode.GPU_IS_LOST.number());
    until("the loss", () -> !lines("lost").isEmpty());
    assertThat(sampler.now().snapshot()).isNull();
    // what it said before it went stays
    assertThat(sampler.now().xids()).hasSize(1);
    assertThat(sampler.now().errors())
        .hasEntrySatisfying("gpu_is_lost", n -> assertThat(n).isPositive());
    for (int i = 0; i < 100; i++) {
      clock.advance(SECOND);
    }
    assertThat(sampler.now().up()).isFalse();

    driver.says("count", 1).saysNoMore("return.gpu0");
    until("the return", () -> sampler.now().up());
  }

  @Test
  void oneOfTwoThatIsLostIsMissedWhileTheOtherIsShown() {
    driver.hasGpu(1);
    NvmlReader reader = driver.reader(FakeDriver.settings(new GpuChoice.Auto(), "0,1"));
    assertThat(Looks.look(reader).whole()).isTrue();

    driver.says("return.gpu0", NvmlCode.GPU_IS_LOST.number());
    GpuSnapshot one = Looks.look(reader);
    assertThat(one.gpus()).hasSize(1);
    assertThat(one.missing()).containsExactly(FakeDriver.uuid(0));
    assertThat(one.whole()).isFalse();

    reader.close();
    one = Looks.look(reader);
    assertThat(one.gpus())
        .extracting(each -> each.gpu().uuid())
        .containsExactly(FakeDriver.uuid(1));
    assertThat(one.missing()).containsExactly(FakeDriver.uuid(0));

    reader.close();
    driver.saysNoMore("return.gpu0");
    assertThat(Looks.look(reader).whole()).isTrue();
  }

  /** As after a daemon-reload, when the container's access to the device is taken away. */
  @Test
  void aDriverThatKnowsOnlyUnknownErrorsIsLost() {
    NvmlReader reader = driver.reader();
    Looks.look(reader);
    driver.says("return.gpu0", NvmlCode.UNKNOWN.number());
    assertThat(Looks.why(reader.read())).startsWith("lost:").endsWith("unknown");
  }

  @Test
  void theCountersOfPcieGoOnAcrossALoss() {
    NvmlReader reader = driver.reader();
    Looks.look(reader);
    driver.says("gpu0.field197", 1_600);
    Looks.look(reader);
    reader.close();
    driver.says("gpu0.field197", 5);
    Looks.look(reader);
    driver.says("gpu0.field197", 15);
    assertThat(Looks.look(reader).gpus().getFirst().figure(GpuField.PCIE_SENT)).isEqualTo(610);
  }

  @Test
  @Timeout(30)
  void noLibraryIsSaidOnceAndLookedForSeldom() throws InterruptedException {
    NvmlReader reader =
        new NvmlReader(
            FakeDriver.settings(new GpuChoice.Auto(), null),
            clock::nanos,
            new NvmlReader.Place(Optional::empty, new NvidiaFiles(folder)));
    GpuSampler sampler = start(reader);
    Await.until("the line", () -> !log.isEmpty());
    for (int i = 0; i < 600; i++) {
      clock.awaitSleepers(2);
      clock.advance(SECOND);
    }
    assertThat(log).hasSize(1);
    assertThat(log.getFirst()).contains("no GPU here").contains("libnvidia-ml.so.1");
    assertThat(sampler.now().up()).isFalse();
    assertThat(sampler.now().sampleAgeNanos()).isNull();
  }

  private GpuSampler start(NvmlReader reader) {
    GpuSampler sampler = new GpuSampler(reader, SECOND, clock, log::add);
    started.add(sampler);
    sampler.start();
    return sampler;
  }

  /** Time goes on until it is so. */
  private void until(String what, BooleanSupplier condition) {
    Await.until(
        what,
        () -> {
          clock.advance(SECOND);
          return condition.getAsBoolean();
        });
  }

  private List<String> lines(String with) {
    return log.stream().filter(line -> line.contains(with)).toList();
  }
}
