package dev.streamgauge.gpu.driver;

/** What a driver's call returned. */
public interface DriverCode {
  int number();

  Means means();

  /** The value of the label {@code code}; part of the contract. */
  String label();

  /** The one of {@code all} with that number, or {@code other}. */
  static <C extends DriverCode> C of(int number, C[] all, C other) {
    for (C each : all) {
      if (each.number() == number) {
        return each;
      }
    }
    return other;
  }

  default boolean success() {
    return means() == Means.NOTHING;
  }
}
