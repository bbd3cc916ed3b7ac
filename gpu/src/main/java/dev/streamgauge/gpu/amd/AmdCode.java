package dev.streamgauge.gpu.amd;

import dev.streamgauge.gpu.driver.DriverCode;
import dev.streamgauge.gpu.driver.Means;
import java.util.Locale;

/**
 * {@code amdsmi_status_t} of amdsmi.h, ROCm 6.0 to 7, without the codes of its calls about CPUs.
 * None says that a device is lost: one that tells nothing any more is taken for lost.
 */
enum AmdCode implements DriverCode {
  SUCCESS(0, Means.NOTHING),
  INVAL(1, Means.NOT_NOW),
  NOT_SUPPORTED(2, Means.NEVER),
  NOT_YET_IMPLEMENTED(3, Means.NEVER),
  FAIL_LOAD_MODULE(4, Means.NEVER),
  FAIL_LOAD_SYMBOL(5, Means.NEVER),
  DRM_ERROR(6, Means.NOT_NOW),
  API_FAILED(7, Means.NOT_NOW),
  TIMEOUT(8, Means.NOT_NOW),
  RETRY(9, Means.NOT_NOW),
  NO_PERM(10, Means.NEVER),
  INTERRUPT(11, Means.NOT_NOW),
  IO(12, Means.NOT_NOW),
  ADDRESS_FAULT(13, Means.NOT_NOW),
  FILE_ERROR(14, Means.NOT_NOW),
  OUT_OF_RESOURCES(15, Means.NOT_NOW),
  INTERNAL_EXCEPTION(16, Means.NOT_NOW),
  INPUT_OUT_OF_BOUNDS(17, Means.NOT_NOW),
  INIT_ERROR(18, Means.DRIVER_LOST),
  REFCOUNT_OVERFLOW(19, Means.NOT_NOW),
  BUSY(30, Means.NOT_NOW),
  NOT_FOUND(31, Means.NOT_NOW),
  NOT_INIT(32, Means.DRIVER_LOST),
  NO_SLOT(33, Means.NOT_NOW),
  DRIVER_NOT_LOADED(34, Means.DRIVER_LOST),
  NO_DATA(40, Means.NOT_NOW),
  INSUFFICIENT_SIZE(41, Means.NOT_NOW),
  UNEXPECTED_SIZE(42, Means.NOT_NOW),
  UNEXPECTED_DATA(43, Means.NOT_NOW),
  FILE_NOT_FOUND(52, Means.NOT_NOW),
  SETTING_UNAVAILABLE(55, Means.NEVER),
  MAP_ERROR(0xFFFF_FFFE, Means.NOT_NOW),
  UNKNOWN_ERROR(0xFFFF_FFFF, Means.NOT_NOW),
  /** One that is not in this list. */
  OTHER(Integer.MIN_VALUE, Means.NOT_NOW);

  private static final AmdCode[] ALL = values();

  private final int number;
  private final Means means;
  private final String label = name().toLowerCase(Locale.ROOT);

  AmdCode(int number, Means means) {
    this.number = number;
    this.means = means;
  }

  static AmdCode of(int number) {
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
