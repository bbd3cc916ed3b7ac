package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuField;
import java.util.List;

/** Which figures each function is for. */
final class Costs {
  private static final List<GpuField> ACTIVITY =
      List.of(GpuField.SM_ACTIVE, GpuField.TENSOR_ACTIVE, GpuField.DRAM_ACTIVE);

  private Costs() {}

  /** What is not supported where the function is not there, with what stands in for it. */
  static List<GpuField> ofMissing(NvmlFunction function) {
    return switch (function) {
      // the other version stands in
      case MEMORY, MEMORY_V2, TEMPERATURE, TEMPERATURE_V, CLOCK_EVENTS, THROTTLE_REASONS ->
          List.of();
      case FIELDS -> List.of(GpuField.PCIE_COUNTER, GpuField.NVLINK_SENT, GpuField.NVLINK_RECEIVED);
      // the card counts
      case PCIE_THROUGHPUT -> List.of();
      default -> of(function);
    };
  }

  /** What a function answers. */
  static List<GpuField> of(NvmlFunction function) {
    return switch (function) {
      case UTILIZATION -> List.of(GpuField.UTILIZATION, GpuField.MEMORY_UTILIZATION);
      case MEMORY_V2 -> List.of(GpuField.MEMORY_USED, GpuField.MEMORY_TOTAL);
      case POWER -> List.of(GpuField.POWER);
      case POWER_LIMIT -> List.of(GpuField.POWER_LIMIT);
      case TEMPERATURE -> List.of(GpuField.TEMPERATURE);
      case CLOCK ->
          List.of(
              GpuField.CLOCK_GRAPHICS, GpuField.CLOCK_SM, GpuField.CLOCK_MEM, GpuField.CLOCK_VIDEO);
      case CLOCK_EVENTS -> List.of(GpuField.THROTTLED);
      case ENERGY -> List.of(GpuField.ENERGY);
      case ECC -> List.of(GpuField.ECC_CORRECTED, GpuField.ECC_UNCORRECTED);
      case FIELDS ->
          List.of(
              GpuField.PCIE_SENT,
              GpuField.PCIE_RECEIVED,
              GpuField.NVLINK_SENT,
              GpuField.NVLINK_RECEIVED);
      case EVENT_SET_CREATE, REGISTER_EVENTS -> List.of(GpuField.XID);
      case GPM_SUPPORT, GPM_SAMPLE_ALLOC, GPM_SAMPLE, GPM_METRICS -> ACTIVITY;
      case INIT,
          SHUTDOWN,
          DRIVER_VERSION,
          COUNT,
          HANDLE_BY_INDEX,
          UUID,
          NAME,
          MINOR_NUMBER,
          MIG_MODE,
          MIG_COUNT_MAX,
          MIG_HANDLE_BY_INDEX,
          GPU_INSTANCE_ID,
          COMPUTE_INSTANCE_ID,
          MEMORY,
          TEMPERATURE_V,
          THROTTLE_REASONS,
          PCIE_THROUGHPUT,
          EVENT_SET_FREE,
          EVENT_WAIT,
          GPM_SAMPLE_FREE,
          GPM_SAMPLE_OF_MIG ->
          List.of();
    };
  }
}
