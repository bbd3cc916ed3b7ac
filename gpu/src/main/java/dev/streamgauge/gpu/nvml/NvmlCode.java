package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.driver.DriverCode;
import dev.streamgauge.gpu.driver.Means;
import java.util.Locale;

/** {@code nvmlReturn_t} of nvml.h 12.9, and what each one means for us. */
enum NvmlCode implements DriverCode {
  SUCCESS(0, Means.NOTHING),
  UNINITIALIZED(1, Means.DRIVER_LOST),
  INVALID_ARGUMENT(2, Means.NOT_NOW),
  NOT_SUPPORTED(3, Means.NEVER),
  NO_PERMISSION(4, Means.NEVER),
  ALREADY_INITIALIZED(5, Means.NOT_NOW),
  NOT_FOUND(6, Means.NOT_NOW),
  INSUFFICIENT_SIZE(7, Means.NOT_NOW),
  INSUFFICIENT_POWER(8, Means.NOT_NOW),
  DRIVER_NOT_LOADED(9, Means.DRIVER_LOST),
  TIMEOUT(10, Means.NOT_NOW),
  IRQ_ISSUE(11, Means.NOT_NOW),
  LIBRARY_NOT_FOUND(12, Means.NOT_NOW),
  FUNCTION_NOT_FOUND(13, Means.NEVER),
  CORRUPTED_INFOROM(14, Means.NOT_NOW),
  GPU_IS_LOST(15, Means.DEVICE_LOST),
  RESET_REQUIRED(16, Means.DEVICE_LOST),
  OPERATING_SYSTEM(17, Means.NOT_NOW),
  LIB_RM_VERSION_MISMATCH(18, Means.DRIVER_LOST),
  IN_USE(19, Means.NOT_NOW),
  MEMORY(20, Means.NOT_NOW),
  NO_DATA(21, Means.NOT_NOW),
  VGPU_ECC_NOT_SUPPORTED(22, Means.NEVER),
  INSUFFICIENT_RESOURCES(23, Means.NOT_NOW),
  FREQ_NOT_SUPPORTED(24, Means.NEVER),
  ARGUMENT_VERSION_MISMATCH(25, Means.NEVER),
  DEPRECATED(26, Means.NEVER),
  NOT_READY(27, Means.NOT_NOW),
  GPU_NOT_FOUND(28, Means.DEVICE_LOST),
  INVALID_STATE(29, Means.NOT_NOW),
  RESET_TYPE_NOT_SUPPORTED(30, Means.NEVER),
  UNKNOWN(999, Means.NOT_NOW),
  /** One that the header does not have. */
  OTHER(-1, Means.NOT_NOW);

  private static final NvmlCode[] ALL = values();

  private final int number;
  private final Means means;
  private final String label = name().toLowerCase(Locale.ROOT);

  NvmlCode(int number, Means means) {
    this.number = number;
    this.means = means;
  }

  static NvmlCode of(int number) {
    return DriverCode.of(number, ALL, OTHER);
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public Means means() {
    return means;
  }

  @Override
  public String label() {
    return label;
  }
}
