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

  /** Says so, one after the other. */
  private static final class Scripted implements GpuReader {
    private final Queue<GpuReading> readings;

    Scripted(GpuReading... readings) {
      this.readings = new ArrayDeque<>(List.of(readings));
    }

    @Override
    public GpuReading read() {
      return readings.remove();
    }

    @Override
    public void close() {}

    @Override
    public String lastCall() {
      return "";
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
