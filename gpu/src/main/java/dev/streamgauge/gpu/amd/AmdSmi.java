package dev.streamgauge.gpu.amd;

import dev.streamgauge.gpu.driver.DriverFunction;
import dev.streamgauge.gpu.driver.DriverLibrary;
import dev.streamgauge.gpu.driver.ErrorCounts;

/** AMD SMI's functions. A function that the library lacks answers FAIL_LOAD_SYMBOL. */
final class AmdSmi extends DriverLibrary<AmdCode> {
  /** {@code AMDSMI_INIT_AMD_GPUS}. */
  private static final long GPUS = 1 << 1;

  AmdSmi(ErrorCounts errors) {
    super(errors);
  }

  @Override
  protected AmdCode code(int returned) {
    return AmdCode.of(returned);
  }

  @Override
  protected AmdCode lacking() {
    return AmdCode.FAIL_LOAD_SYMBOL;
  }

  @Override
  protected boolean nothingToTell(DriverFunction function, AmdCode code) {
    return code == AmdCode.NOT_SUPPORTED || code == AmdCode.NOT_YET_IMPLEMENTED;
  }

  @Override
  public AmdCode open() {
    return call(AmdFunction.INIT, GPUS);
  }

  @Override
  public void shutDown() {
    call(AmdFunction.SHUT_DOWN);
  }
}
