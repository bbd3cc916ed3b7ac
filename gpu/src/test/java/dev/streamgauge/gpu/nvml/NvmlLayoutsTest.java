package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same numbers are asserted of the C structs where the fake driver is compiled. */
class NvmlLayoutsTest {
  @Test
  void structsHaveTheSizesOfTheHeader() {
    assertThat(NvmlLayouts.UTILIZATION.byteSize()).isEqualTo(8);
    assertThat(NvmlLayouts.MEMORY.byteSize()).isEqualTo(24);
    assertThat(NvmlLayouts.MEMORY_V2.byteSize()).isEqualTo(40);
    assertThat(NvmlLayouts.TEMPERATURE.byteSize()).isEqualTo(12);
    assertThat(NvmlLayouts.FIELD_VALUE.byteSize()).isEqualTo(40);
    assertThat(NvmlLayouts.offset(NvmlLayouts.FIELD_VALUE, "value")).isEqualTo(32);
    assertThat(NvmlLayouts.EVENT.byteSize()).isEqualTo(32);
    assertThat(NvmlLayouts.GPM_SUPPORT.byteSize()).isEqualTo(8);
    assertThat(NvmlLayouts.GPM_METRIC.byteSize()).isEqualTo(40);
    assertThat(NvmlLayouts.GPM_METRICS_HEAD.byteSize()).isEqualTo(24);
  }

  @Test
  void versionWordsHoldTheSize() {
    assertThat(NvmlLayouts.MEMORY_V2_VERSION).isEqualTo(NvmlLayouts.MEMORY_V2.byteSize() | 2 << 24);
    assertThat(NvmlLayouts.TEMPERATURE_VERSION)
        .isEqualTo(NvmlLayouts.TEMPERATURE.byteSize() | 1 << 24);
  }
}
