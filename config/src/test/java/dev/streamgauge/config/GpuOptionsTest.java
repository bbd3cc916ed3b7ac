package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuOptionsTest {
  @Test
  void byDefaultTheSurroundingsAssign() {
    ProxySettings.Gpu gpu = gpu(Map.of("NVIDIA_VISIBLE_DEVICES", "all"));
    assertThat(gpu.choice()).isEqualTo(new GpuChoice.Auto());
    assertThat(gpu.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(gpu.runtimeDevices()).isEqualTo("all");
    assertThat(gpu.cudaDevices()).isNull();
  }

  @Test
  void uuidsAreSeparatedByCommas() {
    assertThat(gpu(Map.of("STREAMGAUGE_GPU", "GPU-a1, MIG-b2")).choice())
        .isEqualTo(new GpuChoice.Named(List.of("GPU-a1", "MIG-b2")));
    assertThat(gpu(Map.of(), "--gpu=off").choice()).isEqualTo(new GpuChoice.Off());
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "0", "GPU-", "GPU-a,", "auto,off", "GPU-a b"})
  void whatIsNoUuidIsRefused(String value) {
    assertThat(load(Map.of(), "--gpu=" + value)).isInstanceOf(Settings.Refused.class);
  }

  private static ProxySettings.Gpu gpu(Map<String, String> variables, String... args) {
    return ((Settings.Loaded) load(variables, args)).proxy().gpu();
  }

  private static Settings load(Map<String, String> variables, String... args) {
    return Settings.load(List.of(args), new Environment(variables, 1));
  }
}
