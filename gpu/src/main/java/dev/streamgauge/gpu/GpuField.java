package dev.streamgauge.gpu;

/**
 * A figure of a GPU, in the unit in which it is published. Each may be absent: a driver, a card or
 * a MIG device need not have it. docs/gpu.md says what each one means.
 */
public enum GpuField {
  /** Share of time in which any kernel ran, 0 to 1. */
  UTILIZATION("utilization"),
  /** Share of time in which memory was read or written, 0 to 1. */
  MEMORY_UTILIZATION("memory_utilization"),
  /** Bytes. */
  MEMORY_USED("memory_used"),
  /** Bytes. */
  MEMORY_TOTAL("memory_total"),
  /** Watts. */
  POWER("power"),
  /** Watts. */
  POWER_LIMIT("power_limit"),
  /** Degrees Celsius. */
  TEMPERATURE("temperature"),
  /** Hertz, as the other clocks. */
  CLOCK_GRAPHICS("clock_graphics"),
  CLOCK_SM("clock_sm"),
  CLOCK_MEM("clock_mem"),
  CLOCK_VIDEO("clock_video"),
  /** No number: {@link GpuSample#throttled()}. */
  THROTTLED("throttled"),
  /** Joules since the driver was loaded; only rises. */
  ENERGY("energy"),
  /** No number: {@link XidCounts}. */
  XID("xid"),
  /** Errors since the driver was loaded; only rises, as the next one. */
  ECC_CORRECTED("ecc_corrected"),
  ECC_UNCORRECTED("ecc_uncorrected"),
  /** Bytes since this process began to look; only rises, as the next one. */
  PCIE_SENT("pcie_sent"),
  PCIE_RECEIVED("pcie_received"),
  /** No number: supported where the two above are counted by the card, not integrated by us. */
  PCIE_COUNTER("pcie_counter"),
  /** Bytes since the driver was loaded; only rises, as the next one. */
  NVLINK_SENT("nvlink_sent"),
  NVLINK_RECEIVED("nvlink_received"),
  /** Share of multiprocessors that were busy, 0 to 1. */
  SM_ACTIVE("sm_active"),
  /** Share of time in which tensor cores were busy, 0 to 1. */
  TENSOR_ACTIVE("tensor_active"),
  /** Share of memory's bandwidth that was used, 0 to 1. */
  DRAM_ACTIVE("dram_active");

  private final String label;

  GpuField(String label) {
    this.label = label;
  }

  /** The value of the label {@code field}; part of the contract. */
  public String label() {
    return label;
  }
}
