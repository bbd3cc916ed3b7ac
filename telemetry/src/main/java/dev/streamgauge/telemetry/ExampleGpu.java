package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.GpuStatus;
import dev.streamgauge.gpu.XidCounts;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A GPU that has every figure, for the reference page. */
final class ExampleGpu {
  private ExampleGpu() {}

  static GpuStatus status() {
    Map<GpuField, Double> figures = new EnumMap<>(GpuField.class);
    Map<GpuField, Boolean> supported = new EnumMap<>(GpuField.class);
    for (GpuField field : GpuField.values()) {
      supported.put(field, true);
      figures.put(field, 0.0);
    }
    GpuIdentity gpu = new GpuIdentity("GPU-0", "example", "");
    GpuSample sample = new GpuSample(gpu, figures, Set.of(), supported);
    return new GpuStatus(
        new GpuSnapshot(Map.of(gpu.uuid(), "0"), List.of(sample), List.of(), List.of()),
        0L,
        Map.of("unknown", 0L),
        List.of(new XidCounts.Count("GPU-0", "79", 0)));
  }
}
