package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much memory was in use while a request ran. */
class GpuMemoryTest {
  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private double seconds = 1000;

  @Test
  void memoryIsThatOfOurGpusTogetherAndAMeanOverTheLife() {
    looked(holding("A", "", 4e9), holding("B", "", 1e9));
    LiveRequest one = begin();
    seconds += 1;
    looked(holding("A", "", 8e9), holding("B", "", 1e9));
    seconds += 1;
    looked(holding("A", "", 8e9), holding("B", "", null)); // B does not tell
    assertThat(memory(one)).isEqualTo(9e9);
    seconds += 1;
    looked(holding("A", "", 2e9), holding("B", "", 1e9));
    seconds += 1;
    assertThat(memory(one)).isEqualTo((9e9 + 3e9 + 3e9) / 3);
  }

  @Test
  void ofAGpuThatIsCutThePartsTellTheirOwnMemoryAndWithTheWholeNoneIsKnown() {
    looked(holding("P", "1g.10gb", 3e9), holding("Q", "1g.10gb", 1e9));
    LiveRequest one = begin();
    seconds += 1;
    looked(holding("P", "1g.10gb", 3e9), holding("Q", "1g.10gb", 1e9));
    assertThat(memory(one)).isEqualTo(4e9);
    LiveRequest two = begin();
    seconds += 1;
    looked(holding("A", "", 5e9), holding("P", "1g.10gb", 3e9));
    assertThat(memory(two)).isNull();
  }

  private LiveRequest begin() {
    return telemetry.live().admitted(false, nanos());
  }

  private @Nullable Double memory(LiveRequest request) {
    return Objects.requireNonNull(request.use(nanos())).memoryUsedBytes();
  }

  private long nanos() {
    return Math.round(seconds * 1e9);
  }

  private void looked(GpuSample... gpus) {
    telemetry
        .gpuWatcher()
        .looked(new GpuSnapshot(Map.of(), List.of(gpus), List.of(), List.of()), nanos());
  }

  private static GpuSample holding(String uuid, String migProfile, @Nullable Double bytes) {
    Map<GpuField, Double> figures = bytes == null ? Map.of() : Map.of(GpuField.MEMORY_USED, bytes);
    return new GpuSample(new GpuIdentity(uuid, "H100", migProfile), figures, Set.of(), Map.of());
  }
}
