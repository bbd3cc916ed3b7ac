package dev.streamgauge.gpu.driver;

/** What a driver's call returned. */
public interface DriverCode {
  int number();

  Means means();

  /** The value of the label {@code code}; part of the contract. */
  String label();

  default boolean success() {
    return means() == Means.NOTHING;
  }
}
