package dev.streamgauge.telemetry;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuSample;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The families whose values are figures of GPUs as they are. */
enum GpuFamily {
  UTILIZATION(
      "gpu_utilization_ratio",
      "Share of time in which any kernel ran; a single request may make it 1: see"
          + " gpu_sm_active_ratio.",
      GpuField.UTILIZATION),
  MEMORY_UTILIZATION(
      "gpu_memory_utilization_ratio",
      "Share of time in which memory was read or written; not how full it is.",
      GpuField.MEMORY_UTILIZATION),
  MEMORY_USED(
      "gpu_memory_used_bytes",
      "Memory in use, without the driver's reserve (with it before driver 510); engines take it"
          + " all at their start.",
      GpuField.MEMORY_USED),
  MEMORY_TOTAL("gpu_memory_total_bytes", "Memory that there is.", GpuField.MEMORY_TOTAL),
  POWER("gpu_power_watts", "Power that the whole card draws.", GpuField.POWER),
  POWER_LIMIT("gpu_power_limit_watts", "Power at which clocks go down.", GpuField.POWER_LIMIT),
  TEMPERATURE("gpu_temperature_celsius", "Of the GPU itself.", GpuField.TEMPERATURE),
  SM_ACTIVE(
      "gpu_sm_active_ratio",
      "Share of multiprocessors that were busy between two samples (Hopper and later).",
      GpuField.SM_ACTIVE),
  TENSOR_ACTIVE(
      "gpu_tensor_active_ratio",
      "Share of time in which tensor cores were busy (Hopper and later).",
      GpuField.TENSOR_ACTIVE),
  DRAM_ACTIVE(
      "gpu_dram_active_ratio",
      "Share of memory's bandwidth that was used (Hopper and later).",
      GpuField.DRAM_ACTIVE),
  ENERGY(
      "gpu_energy_joules",
      "Energy that the whole card took since its driver was loaded.",
      GpuField.ENERGY),
  ECC(
      "gpu_ecc_errors",
      "Memory errors since the driver was loaded, by whether ECC could correct them.",
      "type",
      Map.of("corrected", GpuField.ECC_CORRECTED, "uncorrected", GpuField.ECC_UNCORRECTED)),
  PCIE(
      "gpu_pcie_bytes",
      "Bytes over PCIe since the process began to look, as the card counts them; an estimate where"
          + " gpu_field_supported{field=\"pcie_counter\"} is 0.",
      "direction",
      Map.of("sent", GpuField.PCIE_SENT, "received", GpuField.PCIE_RECEIVED)),
  NVLINK(
      "gpu_nvlink_bytes",
      "Bytes of data over all NVLinks since the driver was loaded.",
      "direction",
      Map.of("sent", GpuField.NVLINK_SENT, "received", GpuField.NVLINK_RECEIVED));

  private final String name;
  private final String help;
  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // filled once, and never given away
  private final Map<String, GpuField> fields;

  GpuFamily(String name, String help, GpuField field) {
    this(name, help, "", Map.of("", field));
  }

  GpuFamily(String name, String help, String label, Map<String, GpuField> fields) {
    this.name = name;
    this.help = help;
    this.label = label;
    this.fields = new TreeMap<>(fields);
  }

  /** May have no series. */
  MetricSnapshot of(List<GpuSample> gpus) {
    return switch (this) {
      case ENERGY, ECC, PCIE, NVLINK -> counter(gpus);
      case UTILIZATION,
          MEMORY_UTILIZATION,
          MEMORY_USED,
          MEMORY_TOTAL,
          POWER,
          POWER_LIMIT,
          TEMPERATURE,
          SM_ACTIVE,
          TENSOR_ACTIVE,
          DRAM_ACTIVE ->
          gauge(gpus);
    };
  }

  private GaugeSnapshot gauge(List<GpuSample> gpus) {
    GaugeSnapshot.Builder family = GpuSeries.gauge(name, help);
    for (GpuSample sample : gpus) {
      fields.forEach(
          (_, field) -> {
            Double value = sample.figure(field);
            if (value != null) {
              family.dataPoint(GpuSeries.point(value, GpuSeries.labels(sample)));
            }
          });
    }
    return family.build();
  }

  private CounterSnapshot counter(List<GpuSample> gpus) {
    CounterSnapshot.Builder family = GpuSeries.counter(name, help);
    for (GpuSample sample : gpus) {
      fields.forEach(
          (labelled, field) -> {
            Double value = sample.figure(field);
            if (value != null) {
              family.dataPoint(
                  GpuSeries.count(
                      value,
                      label.isEmpty()
                          ? GpuSeries.labels(sample)
                          : GpuSeries.labels(sample, label, labelled)));
            }
          });
    }
    return family.build();
  }
}
