package dev.streamgauge.gpu.nvml;

import dev.streamgauge.gpu.driver.DriverFunction;
import dev.streamgauge.gpu.driver.DriverLibrary;
import dev.streamgauge.gpu.driver.ErrorCounts;

/** NVML's functions. A function that the library lacks answers FUNCTION_NOT_FOUND. */
final class Nvml extends DriverLibrary<NvmlCode> {
  Nvml(ErrorCounts errors) {
    super(errors);
  }

  @Override
  protected NvmlCode code(int returned) {
    return NvmlCode.of(returned);
  }

  @Override
  protected NvmlCode lacking() {
    return NvmlCode.FUNCTION_NOT_FOUND;
  }

  /** That an event set has nothing to tell, and that a figure does not exist, are no errors. */
  @Override
  protected boolean nothingToTell(DriverFunction function, NvmlCode code) {
    boolean noEvent = function == NvmlFunction.EVENT_WAIT && code == NvmlCode.TIMEOUT;
    boolean emptyPlace = function == NvmlFunction.MIG_HANDLE_BY_INDEX && code == NvmlCode.NOT_FOUND;
    return noEvent || emptyPlace || code == NvmlCode.NOT_SUPPORTED;
  }

  @Override
  public NvmlCode open() {
    return call(NvmlFunction.INIT);
  }

  @Override
  public void shutDown() {
    call(NvmlFunction.SHUTDOWN);
  }
}
