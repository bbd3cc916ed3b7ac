package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class GpuSamplerTest {
  private static final GpuSnapshot SEEN =
      new GpuSnapshot(Map.of(), List.of(), List.of(), List.of());

  private final TestClock clock = new TestClock();

  @Test
  void eachLookIsToldWithItsTimeAlsoOneThatSawNothing() {
    List<String> told = new ArrayList<>();
    long startNanos = clock.nanos();
    GpuSampler sampler =
        new GpuSampler(
            new Scripted(
                new GpuReading.Seen(SEEN),
                new GpuReading.Lost("gone"),
                new GpuReading.NoDriver("none")),
            Duration.ofSeconds(1),
            clock,
            _ -> {},
            (snapshot, atNanos) ->
                told.add((snapshot != null ? "seen at " : "none at ") + (atNanos - startNanos)));
    for (int i = 0; i < 3; i++) {
      assertThat(sampler.look()).isPositive();
      clock.advance(Duration.ofNanos(7));
    }
    assertThat(told).containsExactly("seen at 0", "none at 7", "none at 14");
  }

  @Test
  void whyThereIsNothingToShowIsToldWithTheStatus() {
    GpuReading none = new GpuReading.NoDriver("no library");
    Scripted driver = new Scripted(none, none);
    GpuSampler sampler = new GpuSampler(driver, Duration.ofSeconds(1), clock, _ -> {});
    assertThat(sampler.now().why()).isNull();
    sampler.look();
    assertThat(sampler.now().why())
        .isEqualTo("no GPU here, figures of GPUs are absent: no library");
    driver.eachLook =
        () -> {
          sampler.lookAtSampler();
          clock.advance(Duration.ofSeconds(20));
          sampler.lookAtSampler();
          assertThat(sampler.now().why()).startsWith("the driver has been busy with");
        };
    sampler.look();
    sampler.lookAtSampler();
    assertThat(sampler.now().why()).startsWith("no GPU here");
  }

  /** The watch is over each call: thirty slow ones are no hang, and what they tell is shown. */
  @Test
  void aDriverThatIsSlowAtEachCallDoesNotHang() {
    List<String> lines = new ArrayList<>();
    Scripted driver = new Scripted(new GpuReading.Seen(SEEN), new GpuReading.Seen(SEEN));
    GpuSampler sampler = new GpuSampler(driver, Duration.ofSeconds(1), clock, lines::add);
    driver.eachLook =
        () -> {
          for (int call = 0; call < 30; call++) {
            driver.calls++;
            clock.advance(Duration.ofMillis(350));
            sampler.lookAtSampler();
          }
        };
    sampler.look();
    assertThat(sampler.now().snapshot()).isNotNull();
    driver.eachLook = () -> clock.advance(Duration.ofSeconds(20));
    sampler.look();
    assertThat(lines).noneMatch(line -> line.contains("has been busy"));
    clock.advance(Duration.ofSeconds(39));
    assertThat(sampler.now().snapshot()).isNotNull();
    clock.advance(Duration.ofSeconds(2));
    assertThat(sampler.now().snapshot()).isNull();
  }

  @Test
  void oneCallThatDoesNotComeBackIsToldOnce() {
    List<String> lines = new ArrayList<>();
    Scripted driver = new Scripted(new GpuReading.Seen(SEEN));
    GpuSampler sampler = new GpuSampler(driver, Duration.ofSeconds(1), clock, lines::add);
    driver.eachLook =
        () -> {
          for (int second = 0; second < 20; second++) {
            clock.advance(Duration.ofSeconds(1));
            sampler.lookAtSampler();
          }
        };
    sampler.look();
    assertThat(lines).filteredOn(line -> line.contains("has been busy")).hasSize(1);
  }

  /** Says so, one after the other. */
  private static final class Scripted implements GpuReader {
    private final Queue<GpuReading> readings;
    private Runnable eachLook = () -> {};
    private long calls;

    Scripted(GpuReading... readings) {
      this.readings = new ArrayDeque<>(List.of(readings));
    }

    @Override
    public GpuReading read() {
      eachLook.run();
      return readings.remove();
    }

    @Override
    public void close() {}

    @Override
    public String lastCall() {
      return "";
    }

    @Override
    public long calls() {
      return calls;
    }

    @Override
    public Map<String, Long> errors() {
      return Map.of();
    }

    @Override
    public List<XidCounts.Count> xids() {
      return List.of();
    }
  }
}
