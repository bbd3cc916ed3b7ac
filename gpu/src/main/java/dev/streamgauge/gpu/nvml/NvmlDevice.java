package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.driver.DriverDevice;
import dev.streamgauge.gpu.driver.Means;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * One device of ours, for as long as the driver is open. A figure that the driver says it does not
 * have is not asked for again. The sampler's thread alone.
 */
final class NvmlDevice extends DriverDevice<NvmlCode> {
  private static final int TEMPERATURE_OF_GPU = 0;
  private static final int ECC_SINCE_LOADED = 0;
  private static final int PCIE_SENT = 0;
  private static final int PCIE_RECEIVED = 1;
  private static final double HERTZ_PER_MEGAHERTZ = 1e6;
  private static final double MILLI_PER_ONE = 1e3;

  private final Nvml nvml;
  private final NvmlDevices.Handle handle;
  private final MemorySegment device;
  private final PcieBytes pcie;
  private final NvmlGpm gpm;
  private final NvmlFieldValues fieldValues;

  NvmlDevice(Nvml nvml, GpuIdentity gpu, NvmlDevices.Handle handle, PcieBytes pcie) {
    super(gpu, NvmlCode.SUCCESS);
    this.nvml = nvml;
    this.handle = handle;
    this.device = handle.device();
    this.pcie = pcie;
    this.gpm = new NvmlGpm(nvml, handle);
    this.fieldValues = new NvmlFieldValues(nvml, device, pcie);
    if (handle.gpuInstance() != null) {
      withoutWhatTheWholeGpuHas();
    }
  }

  /** Power, heat, clocks and links belong to the GPU and cannot be told apart (nvml.h, MIG). */
  private void withoutWhatTheWholeGpuHas() {
    for (GpuField field : GpuField.values()) {
      boolean own =
          switch (field) {
            case MEMORY_USED, MEMORY_TOTAL, XID, SM_ACTIVE, TENSOR_ACTIVE, DRAM_ACTIVE -> true;
            case UTILIZATION,
                MEMORY_UTILIZATION,
                POWER,
                POWER_LIMIT,
                TEMPERATURE,
                CLOCK_GRAPHICS,
                CLOCK_SM,
                CLOCK_MEM,
                CLOCK_VIDEO,
                THROTTLED,
                ENERGY,
                ECC_CORRECTED,
                ECC_UNCORRECTED,
                PCIE_SENT,
                PCIE_RECEIVED,
                PCIE_COUNTER,
                NVLINK_SENT,
                NVLINK_RECEIVED ->
                false;
          };
      if (!own) {
        lacks(field);
      }
    }
  }

  NvmlDevices.Handle handle() {
    return handle;
  }

  @Override
  protected void look(long nowNanos) {
    load();
    memory();
    powerAndHeat();
    clocks();
    throttling();
    ecc();
    links(nowNanos);
    if (!lost() && NvmlGpm.wanted(this)) {
      gpm.read(this);
    }
  }

  /** Of the event set: it costs no other figure, whatever it says. */
  void supportsXids(NvmlCode code) {
    switch (code.means()) {
      case NOTHING -> has(GpuField.XID);
      case NEVER -> lacks(GpuField.XID);
      case NOT_NOW, DEVICE_LOST, DRIVER_LOST -> {}
    }
  }

  private void load() {
    if (wants(GpuField.UTILIZATION)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.UTILIZATION, device, out);
      take(GpuField.UTILIZATION, code, uint(out, NvmlLayouts.UTILIZATION, "gpu") / 100);
      take(GpuField.MEMORY_UTILIZATION, code, uint(out, NvmlLayouts.UTILIZATION, "memory") / 100);
    }
  }

  /** The second version tells the driver's own reserve apart; the first counts it as used. */
  private void memory() {
    if (!wants(GpuField.MEMORY_USED)) {
      return;
    }
    StructLayout layout = NvmlLayouts.MEMORY_V2;
    MemorySegment out = nvml.emptyRoom();
    out.set(ValueLayout.JAVA_INT, 0, NvmlLayouts.MEMORY_V2_VERSION);
    NvmlCode code = nvml.call(NvmlFunction.MEMORY_V2, device, out);
    if (code.means() == Means.NEVER) {
      layout = NvmlLayouts.MEMORY;
      out = nvml.emptyRoom();
      code = nvml.call(NvmlFunction.MEMORY, device, out);
    }
    take(GpuField.MEMORY_USED, code, ulong(out, NvmlLayouts.offset(layout, "used")));
    take(GpuField.MEMORY_TOTAL, code, ulong(out, NvmlLayouts.offset(layout, "total")));
  }

  private void powerAndHeat() {
    milliwatts(GpuField.POWER, NvmlFunction.POWER);
    milliwatts(GpuField.POWER_LIMIT, NvmlFunction.POWER_LIMIT);
    if (wants(GpuField.ENERGY)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.ENERGY, device, out);
      take(GpuField.ENERGY, code, ulong(out, 0) / MILLI_PER_ONE);
    }
    if (wants(GpuField.TEMPERATURE)) {
      temperature();
    }
  }

  private void milliwatts(GpuField field, NvmlFunction function) {
    if (wants(field)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(function, device, out);
      take(field, code, uint(out, 0) / MILLI_PER_ONE);
    }
  }

  /** The older function goes with CUDA 14; the newer one came with 12.8. */
  private void temperature() {
    MemorySegment out = nvml.emptyRoom();
    if (nvml.has(NvmlFunction.TEMPERATURE)) {
      NvmlCode code = nvml.call(NvmlFunction.TEMPERATURE, device, TEMPERATURE_OF_GPU, out);
      take(GpuField.TEMPERATURE, code, uint(out, 0));
    } else {
      out.set(ValueLayout.JAVA_INT, 0, NvmlLayouts.TEMPERATURE_VERSION);
      NvmlCode code = nvml.call(NvmlFunction.TEMPERATURE_V, device, out);
      take(
          GpuField.TEMPERATURE,
          code,
          out.get(
              ValueLayout.JAVA_INT, NvmlLayouts.offset(NvmlLayouts.TEMPERATURE, "temperature")));
    }
  }

  private void clocks() {
    clock(GpuField.CLOCK_GRAPHICS, 0);
    clock(GpuField.CLOCK_SM, 1);
    clock(GpuField.CLOCK_MEM, 2);
    clock(GpuField.CLOCK_VIDEO, 3);
  }

  /** {@code nvmlClockType_t}. */
  private void clock(GpuField field, int type) {
    if (wants(field)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.CLOCK, device, type, out);
      take(field, code, uint(out, 0) * HERTZ_PER_MEGAHERTZ);
    }
  }

  private void throttling() {
    if (!wants(GpuField.THROTTLED)) {
      return;
    }
    NvmlFunction function =
        nvml.has(NvmlFunction.CLOCK_EVENTS)
            ? NvmlFunction.CLOCK_EVENTS
            : NvmlFunction.THROTTLE_REASONS;
    MemorySegment out = nvml.emptyRoom();
    NvmlCode code = nvml.call(function, device, out);
    supports(GpuField.THROTTLED, code);
    if (code == NvmlCode.SUCCESS) {
      throttled(ClockEvents.reasons(out.get(ValueLayout.JAVA_LONG, 0)));
    }
  }

  /** {@code nvmlMemoryErrorType_t}: 0 corrected, 1 uncorrected. */
  private void ecc() {
    ecc(GpuField.ECC_CORRECTED, 0);
    ecc(GpuField.ECC_UNCORRECTED, 1);
  }

  private void ecc(GpuField field, int type) {
    if (wants(field)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.ECC, device, type, ECC_SINCE_LOADED, out);
      take(field, code, ulong(out, 0));
    }
  }

  private void links(long nowNanos) {
    fieldValues.read(this);
    if (lacked(GpuField.PCIE_COUNTER)) {
      rate(GpuField.PCIE_SENT, PCIE_SENT, pcie.sent, nowNanos);
      rate(GpuField.PCIE_RECEIVED, PCIE_RECEIVED, pcie.received, nowNanos);
    }
  }

  /** In KB/s over 20 ms, for which the call takes as long. */
  private void rate(GpuField field, int counter, PcieBytes.Direction direction, long nowNanos) {
    if (wants(field)) {
      MemorySegment out = nvml.emptyRoom();
      NvmlCode code = nvml.call(NvmlFunction.PCIE_THROUGHPUT, device, counter, out);
      double kilobytesPerSecond = uint(out, 0);
      if (code == NvmlCode.SUCCESS && Double.isFinite(kilobytesPerSecond)) {
        direction.rated(kilobytesPerSecond * 1000, nowNanos);
      }
      Double total = direction.total();
      take(field, code, total == null ? Double.NaN : total);
    }
  }

  private static double uint(MemorySegment out, StructLayout layout, String field) {
    return uint(out, NvmlLayouts.offset(layout, field));
  }

  /** All ones is NVML's word for a value that it does not have: not a number then. */
  private static double uint(MemorySegment out, long offset) {
    int value = out.get(ValueLayout.JAVA_INT, offset);
    return value == -1 ? Double.NaN : Integer.toUnsignedLong(value);
  }

  private static double ulong(MemorySegment out, long offset) {
    long value = out.get(ValueLayout.JAVA_LONG, offset);
    return value < 0 ? Double.NaN : value;
  }

  @Override
  protected void close() {
    gpm.close();
  }
}
