package dev.streamgauge.gpu.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.Await;
import dev.streamgauge.gpu.GpuReader;
import dev.streamgauge.gpu.GpuSampler;
import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.gpu.TestClock;
import dev.streamgauge.gpu.amd.FakeAmd;
import dev.streamgauge.gpu.nvml.FakeDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that do not come back, of each maker's driver. */
class DriverHangTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private final TestClock clock = new TestClock();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<Runnable> atTheEnd = new ArrayList<>();

  enum Maker {
    NVIDIA,
    AMD
  }

  @AfterEach
  void end() {
    atTheEnd.forEach(Runnable::run);
  }

  @ParameterizedTest
  @CsvSource({"NVIDIA,nvmlDeviceGetPowerUsage", "AMD,amdsmi_get_gpu_metrics_info"})
  void anHourOfHangingWithdrawsTheFiguresAndIsSaidOnce(Maker maker, String call) {
    ScriptedLibrary<?> driver = driver(maker, call);
    GpuReader reader = driver.reader();
    GpuSampler sampler = start(reader);
    Await.until("the first sample", () -> sampler.now().up());

    driver.says("hang." + call, 1);
    Await.until(
        "the hang",
        () -> {
          clock.advance(Duration.ofMillis(10));
          return reader.lastCall().equals(call);
        });
    for (int second = 0; second < 3600; second++) {
      clock.advance(SECOND);
      if (second % 600 == 7) {
        Await.until(
            "the line, a turn after the one that saw the call",
            () -> {
              clock.advance(SECOND);
              return !lines("has been busy").isEmpty();
            });
      }
    }
    GpuStatus hung = sampler.now();
    assertThat(hung.up()).isFalse();
    assertThat(hung.snapshot()).isNull();
    assertThat(hung.sampleAgeNanos()).isGreaterThanOrEqualTo(Duration.ofHours(1).toNanos());
    assertThat(lines("has been busy")).hasSize(1).first().asString().contains(call);

    driver.saysNoMore("hang." + call);
    Await.until("the answer", () -> sampler.now().up());
    clock.advance(SECOND);
    Await.until("the other line", () -> !lines("answers again").isEmpty());
    assertThat(lines("has been busy")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"NVIDIA,nvmlInit_v2", "AMD,amdsmi_init", "AMD,amdsmi_get_gpu_device_uuid"})
  void closingDoesNotWaitForADriverThatHangs(Maker maker, String call) {
    ScriptedLibrary<?> driver = driver(maker, call);
    driver.says("hang." + call, 1);
    GpuReader reader = driver.reader();
    GpuSampler sampler = start(reader);
    Await.until("the hang", () -> reader.lastCall().equals(call));
    // it returns, which is all there is to see
    sampler.close();
    assertThat(sampler.now().up()).isFalse();
  }

  private ScriptedLibrary<?> driver(Maker maker, String call) {
    ScriptedLibrary<?> driver =
        switch (maker) {
          case NVIDIA -> new FakeDriver(folder).hasGpu(0);
          case AMD -> new FakeAmd(folder).hasGpu(0);
        };
    atTheEnd.add(() -> driver.saysNoMore("hang." + call));
    return driver;
  }

  private GpuSampler start(GpuReader reader) {
    GpuSampler sampler = new GpuSampler(reader, SECOND, clock, log::add);
    atTheEnd.add(sampler::close);
    sampler.start();
    return sampler;
  }

  private List<String> lines(String with) {
    return log.stream().filter(line -> line.contains(with)).toList();
  }
}
