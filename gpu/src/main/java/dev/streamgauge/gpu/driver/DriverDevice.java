package dev.streamgauge.gpu.driver;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.ThrottleReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One device of ours, for as long as the driver is open. A figure that the driver says it does not
 * have is not asked for again. The sampler's thread alone.
 */
public abstract class DriverDevice<C extends DriverCode> {
  private final GpuIdentity gpu;
  private final C success;
  private final Map<GpuField, Boolean> supported = new EnumMap<>(GpuField.class);
  private boolean everTold;

  // of one look
  private final Map<GpuField, Double> figures = new EnumMap<>(GpuField.class);
  private @Nullable Set<ThrottleReason> throttled;
  private boolean failed;
  private C lastCode;

  protected DriverDevice(GpuIdentity gpu, C success) {
    this.gpu = gpu;
    this.success = success;
    this.lastCode = success;
  }

  /** Asks for each figure that is {@linkplain #wants wanted}. */
  protected abstract void look(long nowNanos);

  /** Gives back what the library holds for this device. */
  protected abstract void close();

  public GpuIdentity gpu() {
    return gpu;
  }

  /** The last answer that was no success; success where each was one. */
  C lastCode() {
    return lastCode;
  }

  /** Null where the device is lost, or says nothing at all any more. */
  @Nullable GpuSample read(long nowNanos) {
    if (lost()) {
      return null;
    }
    figures.clear();
    throttled = null;
    failed = false;
    lastCode = success;
    look(nowNanos);
    boolean told = !figures.isEmpty() || throttled != null;
    boolean silent = !told && (failed || everTold);
    everTold |= told;
    return lost() || silent ? null : new GpuSample(gpu, figures, throttled, supported);
  }

  /** A lost device stays so until the driver is opened anew. */
  protected boolean lost() {
    return switch (lastCode.means()) {
      case DEVICE_LOST, DRIVER_LOST -> true;
      case NOTHING, NOT_NOW, NEVER -> false;
    };
  }

  public boolean wants(GpuField field) {
    return !lost() && !lacked(field);
  }

  protected boolean lacked(GpuField field) {
    return Boolean.FALSE.equals(supported.get(field));
  }

  protected void has(GpuField field) {
    supported.put(field, true);
  }

  protected void lacks(GpuField field) {
    supported.put(field, false);
  }

  /** An answer about a figure, and its value if that went well. */
  public void take(GpuField field, C code, double value) {
    supports(field, code);
    if (code.success() && Double.isFinite(value) && value >= 0) {
      figures.put(field, value);
    }
  }

  protected void throttled(Set<ThrottleReason> reasons) {
    throttled = reasons;
  }

  /** What an answer says of whether there is such a figure. */
  public void supports(GpuField field, C code) {
    switch (code.means()) {
      case NOTHING -> has(field);
      case NEVER -> lacks(field);
      case NOT_NOW, DEVICE_LOST, DRIVER_LOST -> failed = true;
    }
    if (!code.success() && !lost()) {
      lastCode = code;
    }
  }
}
