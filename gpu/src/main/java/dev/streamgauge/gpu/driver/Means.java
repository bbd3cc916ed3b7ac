package dev.streamgauge.gpu.driver;

/** What follows from a code that a driver's call returned. */
public enum Means {
  NOTHING,
  /** The figure is absent from this sample, and asked for again. */
  NOT_NOW,
  /** The figure is absent, and not asked for again before the driver is opened anew. */
  NEVER,
  /** The device is dropped until the driver is opened anew. */
  DEVICE_LOST,
  /** The driver is given back and opened anew. */
  DRIVER_LOST
}
