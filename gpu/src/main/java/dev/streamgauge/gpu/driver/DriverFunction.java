package dev.streamgauge.gpu.driver;

import java.lang.foreign.FunctionDescriptor;

/** A function of a driver's library; it returns an int. */
public interface DriverFunction {
  String symbol();

  FunctionDescriptor descriptor();
}
