package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.gpu.XidCounts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuSeriesTest {
  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());

  @Test
  void withoutAGpuThereIsOnlyThatItIsNotUp() {
    assertThat(gpuLines()).containsExactly("streamgauge_gpu_up 0.0");
  }

  @Test
  void everyFamilyOfTheContractIsThereForAGpuThatHasAll() {
    telemetry.showGpus(ExampleGpu::status);
    MetricsText page = MetricsText.of(telemetry);
    for (String family :
        List.of(
            "up",
            "sample_age_seconds",
            "info",
            "utilization_ratio",
            "memory_utilization_ratio",
            "memory_used_bytes",
            "memory_total_bytes",
            "power_watts",
            "power_limit_watts",
            "temperature_celsius",
            "clock_hertz",
            "sm_active_ratio",
            "tensor_active_ratio",
            "dram_active_ratio",
            "throttled",
            "energy_joules_total",
            "xid_errors_total",
            "ecc_errors_total",
            "pcie_bytes_total",
            "nvlink_bytes_total",
            "field_supported",
            "errors_total")) {
      assertThat(page.hasFamily("streamgauge_gpu_" + family)).as(family).isTrue();
    }
    assertThat(page.sum("streamgauge_gpu_up")).isEqualTo(1);
  }

  @Test
  void aFigureThatIsNotKnownHasNoSeries() {
    telemetry.showGpus(
        () -> status(sample(Map.of(GpuField.POWER, 250.5), Set.of(ThrottleReason.SW_THERMAL))));
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum("streamgauge_gpu_power_watts", "uuid=\"GPU-a\"")).isEqualTo(250.5);
    assertThat(page.hasFamily("streamgauge_gpu_temperature_celsius")).isFalse();
    assertThat(page.hasFamily("streamgauge_gpu_energy_joules_total")).isFalse();
    assertThat(page.count("streamgauge_gpu_throttled")).isEqualTo(ThrottleReason.values().length);
    assertThat(page.sum("streamgauge_gpu_throttled")).isEqualTo(1);
    assertThat(page.sum("streamgauge_gpu_field_supported", "field=\"power\"")).isEqualTo(1);
    assertThat(page.sum("streamgauge_gpu_field_supported", "field=\"energy\"")).isEqualTo(0);
    assertThat(page.count("streamgauge_gpu_field_supported", "field=\"energy\"")).isEqualTo(1);
  }

  @Test
  void whatIsNotShownLeavesItsErrorsBehind() {
    telemetry.showGpus(
        () ->
            new GpuStatus(
                null,
                7_500_000_000L,
                Map.of("gpu_is_lost", 3L),
                List.of(new XidCounts.Count("GPU-a", "79", 1))));
    assertThat(gpuLines())
        .containsExactlyInAnyOrder(
            "streamgauge_gpu_up 0.0",
            "streamgauge_gpu_sample_age_seconds 7.5",
            "streamgauge_gpu_errors_total{code=\"gpu_is_lost\"} 3.0",
            "streamgauge_gpu_xid_errors_total{uuid=\"GPU-a\",xid=\"79\"} 1.0");
  }

  @Test
  void gpusThatAreOnlyVisibleAreNamedAndNotMeasured() {
    GpuSnapshot snapshot =
        new GpuSnapshot(
            Map.of("GPU-b", "575.1"),
            List.of(),
            List.of(new GpuIdentity("GPU-b", "H100", "")),
            List.of());
    telemetry.showGpus(() -> new GpuStatus(snapshot, 0L, Map.of(), List.of()));
    assertThat(gpuLines())
        .containsExactlyInAnyOrder(
            "streamgauge_gpu_up 0.0",
            "streamgauge_gpu_sample_age_seconds 0.0",
            "streamgauge_gpu_info{driver=\"575.1\",mig_profile=\"\",name=\"H100\",shared=\"true\","
                + "uuid=\"GPU-b\"} 1");
  }

  @Test
  void eachCardHasItsOwnMakersDriver() {
    GpuSnapshot snapshot =
        new GpuSnapshot(
            Map.of("GPU-a", "575.1", "74ff", "6.12"),
            List.of(sample(Map.of(), null)),
            List.of(new GpuIdentity("74ff", "MI300X", ""), new GpuIdentity("GPU-c", "L4", "")),
            List.of());
    telemetry.showGpus(() -> new GpuStatus(snapshot, 0L, Map.of(), List.of()));
    MetricsText page = MetricsText.of(telemetry);
    assertThat(page.sum("streamgauge_gpu_info", "uuid=\"GPU-a\"", "driver=\"575.1\"")).isEqualTo(1);
    assertThat(page.sum("streamgauge_gpu_info", "uuid=\"74ff\"", "driver=\"6.12\"")).isEqualTo(1);
    assertThat(page.sum("streamgauge_gpu_info", "uuid=\"GPU-c\"", "driver=\"\"")).isEqualTo(1);
  }

  private static GpuSample sample(
      Map<GpuField, Double> figures, @Nullable Set<ThrottleReason> throttled) {
    return new GpuSample(
        new GpuIdentity("GPU-a", "H100", ""),
        figures,
        throttled,
        Map.of(GpuField.POWER, true, GpuField.ENERGY, false));
  }

  private static GpuStatus status(GpuSample sample) {
    return new GpuStatus(
        new GpuSnapshot(Map.of(), List.of(sample), List.of(), List.of()), 0L, Map.of(), List.of());
  }

  private List<String> gpuLines() {
    return MetricsText.of(telemetry).lines().stream()
        .filter(line -> line.startsWith("streamgauge_gpu_"))
        .toList();
  }
}
