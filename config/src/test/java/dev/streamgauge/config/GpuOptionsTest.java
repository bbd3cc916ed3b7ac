package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuOptionsTest {
  private static final String OF_AMD = "74ff74a1-0000-1000-80fc-dd72e9d9b5e1";

  @Test
  void byDefaultTheSurroundingsAssign() {
    ProxySettings.Gpu gpu = gpu(Map.of("NVIDIA_VISIBLE_DEVICES", "all"));
    assertThat(gpu.interval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(gpu.nvidia()).isEqualTo(new GpuAssignment(new GpuChoice.Auto(), "all", List.of()));
    assertThat(gpu.amd()).isEqualTo(new GpuAssignment(new GpuChoice.Auto(), null, List.of()));
  }

  @Test
  void eachMakersVariablesAreItsOwnAndInTheOrderInWhichTheyApply() {
    ProxySettings.Gpu gpu =
        gpu(
            Map.of(
                "HIP_VISIBLE_DEVICES", "1",
                "ROCR_VISIBLE_DEVICES", "2,3",
                "AMD_VISIBLE_DEVICES", "all",
                "CUDA_VISIBLE_DEVICES", "7"));
    assertThat(gpu.nvidia().runtimeDevices()).isNull();
    assertThat(gpu.nvidia().narrowing()).containsExactly("7");
    assertThat(gpu.amd().runtimeDevices()).isEqualTo("all");
    assertThat(gpu.amd().narrowing()).containsExactly("2,3", "1");
  }

  /** As AMD's compute runtime does; to CUDA an empty list is one. */
  @ParameterizedTest
  @CsvSource({"'',2,2", ",2,2", "1,2,1", "'','',", ",,"})
  void hipTakesCudasVariableWhereItsOwnIsEmpty(
      @Nullable String hip, @Nullable String cuda, @Nullable String taken) {
    Map<String, String> variables = new HashMap<>();
    if (hip != null) {
      variables.put("HIP_VISIBLE_DEVICES", hip);
    }
    if (cuda != null) {
      variables.put("CUDA_VISIBLE_DEVICES", cuda);
    }
    ProxySettings.Gpu gpu = gpu(variables);
    assertThat(gpu.amd().narrowing()).isEqualTo(taken == null ? List.of() : List.of(taken));
    assertThat(gpu.nvidia().narrowing()).isEqualTo(cuda == null ? List.of() : List.of(cuda));
  }

  @Test
  void uuidsAreSeparatedByCommas() {
    assertThat(gpu(Map.of("STREAMGAUGE_GPU", "GPU-a1, MIG-b2")).nvidia().choice())
        .isEqualTo(new GpuChoice.Named(List.of("GPU-a1", "MIG-b2")));
    ProxySettings.Gpu off = gpu(Map.of(), "--gpu=off");
    assertThat(off.nvidia().off()).isTrue();
    assertThat(off.amd().off()).isTrue();
  }

  /** A list, NVIDIA's part of it and AMD's; of a maker without a part nothing is looked at. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GPU-1b8a0de0-7c2d-4a5f-9d2e-0123456789ab | GPU-1b8a0de0-7c2d-4a5f-9d2e-0123456789ab |",
        "GPU-1b8a0de0 | GPU-1b8a0de0 |",
        "MIG-1b8a0de0-7c2d-4a5f-9d2e-0123456789ab | MIG-1b8a0de0-7c2d-4a5f-9d2e-0123456789ab |",
        OF_AMD + " | | " + OF_AMD,
        "GPU-10fcdd72e9d9b5e1 | | GPU-10fcdd72e9d9b5e1",
        OF_AMD
            + ",GPU-a1,GPU-10fcdd72e9d9b5e1,MIG-b2 | GPU-a1,MIG-b2 | "
            + OF_AMD
            + ",GPU-10fcdd72e9d9b5e1",
      })
  void namesAreSplitByMaker(String list, @Nullable String nvidia, @Nullable String amd) {
    ProxySettings.Gpu gpu = gpu(Map.of(), "--gpu=" + list);
    assertThat(gpu.nvidia().choice()).isEqualTo(named(nvidia));
    assertThat(gpu.amd().choice()).isEqualTo(named(amd));
  }

  private static GpuChoice named(@Nullable String list) {
    return list == null ? new GpuChoice.Off() : new GpuChoice.Named(List.of(list.split(",", -1)));
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
