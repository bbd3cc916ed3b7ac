package dev.streamgauge.gpu.amd;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.gpu.driver.DriverDevice;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One device of ours, for as long as AMD SMI is open. The sampler's thread alone. */
final class AmdDevice extends DriverDevice<AmdCode> {
  private static final int VRAM = 0;
  private static final int EDGE = 0;
  private static final int HOTSPOT = 1;
  private static final int CURRENT = 0;

  /** {@code AMDSMI_CLK_TYPE_*}. */
  private static final int GRAPHICS = 0;

  private static final int MEM = 4;
  private static final int VIDEO = 6;

  private static final double HERTZ_PER_MEGAHERTZ = 1e6;
  private static final double MICRO_PER_ONE = 1e6;

  /** No card has as many watts, or as few microwatts: headers name one and the other. */
  private static final double WATTS_MAX = 100_000;

  private final AmdSmi smi;
  private final MemorySegment device;
  private int sensor = EDGE;
  private long @Nullable [] residenciesBefore;

  AmdDevice(AmdSmi smi, GpuIdentity gpu, MemorySegment device) {
    super(gpu, AmdCode.SUCCESS);
    this.smi = smi;
    this.device = device;
    Set.of(
            GpuField.CLOCK_SM,
            GpuField.XID,
            GpuField.PCIE_SENT,
            GpuField.PCIE_RECEIVED,
            GpuField.PCIE_COUNTER,
            GpuField.SM_ACTIVE,
            GpuField.TENSOR_ACTIVE,
            GpuField.DRAM_ACTIVE)
        .forEach(this::lacks);
  }

  @Override
  protected void look(long nowNanos) {
    activity();
    memory(GpuField.MEMORY_USED, AmdFunction.MEMORY_USED);
    memory(GpuField.MEMORY_TOTAL, AmdFunction.MEMORY_TOTAL);
    metrics();
    powerLimit();
    energy();
    temperature();
    clock(GpuField.CLOCK_GRAPHICS, GRAPHICS);
    clock(GpuField.CLOCK_MEM, MEM);
    clock(GpuField.CLOCK_VIDEO, VIDEO);
    ecc();
  }

  @Override
  protected void close() {}

  /** {@code amdsmi_engine_usage_t}: per cent of graphics, then of the memory controller. */
  private void activity() {
    if (wants(GpuField.UTILIZATION)) {
      MemorySegment out = smi.roomOfOnes();
      AmdCode code = smi.call(AmdFunction.ACTIVITY, device, out);
      take(GpuField.UTILIZATION, code, ratio(AmdMetrics.uint(out, 0)));
      take(GpuField.MEMORY_UTILIZATION, code, ratio(AmdMetrics.uint(out, 4)));
    }
  }

  private static double ratio(double percent) {
    return percent > 100 ? Double.NaN : percent / 100;
  }

  private void memory(GpuField field, AmdFunction function) {
    if (wants(field)) {
      MemorySegment out = smi.roomOfOnes();
      AmdCode code = smi.call(function, device, VRAM, out);
      take(field, code, AmdMetrics.ulong(out, 0));
    }
  }

  private void metrics() {
    if (!wants(GpuField.POWER) && !wants(GpuField.THROTTLED) && !wants(GpuField.NVLINK_SENT)) {
      return;
    }
    MemorySegment out = smi.roomOfOnes();
    AmdCode code = smi.call(AmdFunction.METRICS, device, out);
    takeIfThere(GpuField.POWER, code, AmdMetrics.watts(out));
    takeIfThere(GpuField.NVLINK_SENT, code, AmdMetrics.xgmi(out, AmdMetrics.XGMI_WRITTEN));
    takeIfThere(GpuField.NVLINK_RECEIVED, code, AmdMetrics.xgmi(out, AmdMetrics.XGMI_READ));
    throttling(code, out);
  }

  /** A call that went well says by all ones that there is no such figure. */
  private void takeIfThere(GpuField field, AmdCode code, double value) {
    boolean absent = code.success() && Double.isNaN(value);
    take(field, absent ? AmdCode.NOT_SUPPORTED : code, value);
  }

  private void throttling(AmdCode code, MemorySegment metrics) {
    if (!code.success()) {
      supports(GpuField.THROTTLED, code);
      return;
    }
    Set<ThrottleReason> now = AmdMetrics.reasons(metrics);
    long[] residencies = AmdMetrics.residencies(metrics);
    long[] before = residenciesBefore;
    residenciesBefore = residencies;
    if (residencies != null) {
      now = before == null ? null : AmdMetrics.reasons(before, residencies);
    }
    boolean has = residencies != null || now != null;
    supports(GpuField.THROTTLED, has ? code : AmdCode.NOT_SUPPORTED);
    if (now != null) {
      throttled(now);
    }
  }

  private void powerLimit() {
    if (wants(GpuField.POWER_LIMIT)) {
      MemorySegment out = smi.roomOfOnes();
      AmdCode code = smi.call(AmdFunction.POWER_CAP, device, 0, out);
      double cap = AmdMetrics.ulong(out, 0);
      double watts = cap > WATTS_MAX ? cap / MICRO_PER_ONE : cap;
      take(GpuField.POWER_LIMIT, code, watts == 0 ? Double.NaN : watts);
    }
  }

  /** A counter, and how many microjoules each of its units is: 15.3 on all cards so far. */
  private void energy() {
    if (wants(GpuField.ENERGY)) {
      MemorySegment out = smi.roomOfOnes();
      MemorySegment resolution = out.asSlice(8);
      AmdCode code = smi.call(AmdFunction.ENERGY, device, out, resolution, out.asSlice(16));
      // a float as it is written, not widened with its error: 15.3
      double microjoules = Double.parseDouble(Float.toString(resolution.get(JAVA_FLOAT, 0)));
      take(GpuField.ENERGY, code, AmdMetrics.ulong(out, 0) * microjoules / MICRO_PER_ONE);
    }
  }

  /** Cards of servers have no sensor at the edge; the hottest place stands in. */
  private void temperature() {
    if (!wants(GpuField.TEMPERATURE)) {
      return;
    }
    MemorySegment out = smi.roomOfOnes();
    AmdCode code = smi.call(AmdFunction.TEMPERATURE, device, sensor, CURRENT, out);
    if (sensor == EDGE && code == AmdCode.NOT_SUPPORTED) {
      sensor = HOTSPOT;
      code = smi.call(AmdFunction.TEMPERATURE, device, sensor, CURRENT, smi.roomOfOnes());
    }
    long degrees = out.get(JAVA_LONG, 0);
    take(GpuField.TEMPERATURE, code, degrees == -1 ? Double.NaN : degrees);
  }

  private void clock(GpuField field, int type) {
    if (wants(field)) {
      MemorySegment out = smi.roomOfOnes();
      AmdCode code = smi.call(AmdFunction.CLOCK, device, type, out);
      take(field, code, AmdMetrics.uint(out, 0) * HERTZ_PER_MEGAHERTZ);
    }
  }

  /** {@code amdsmi_error_count_t}: corrected, then uncorrected. */
  private void ecc() {
    if (wants(GpuField.ECC_CORRECTED)) {
      MemorySegment out = smi.roomOfOnes();
      AmdCode code = smi.call(AmdFunction.ECC, device, out);
      take(GpuField.ECC_CORRECTED, code, AmdMetrics.ulong(out, 0));
      take(GpuField.ECC_UNCORRECTED, code, AmdMetrics.ulong(out, 8));
    }
  }
}
