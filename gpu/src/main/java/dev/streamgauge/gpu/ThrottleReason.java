package dev.streamgauge.gpu;

/** Why clocks are lower than they could be. That a GPU has nothing to do is no reason here. */
public enum ThrottleReason {
  APPLICATION_CLOCKS("application_clocks"),
  SW_POWER_CAP("sw_power_cap"),
  HW_SLOWDOWN("hw_slowdown"),
  SYNC_BOOST("sync_boost"),
  SW_THERMAL("sw_thermal"),
  HW_THERMAL("hw_thermal"),
  HW_POWER_BRAKE("hw_power_brake"),
  DISPLAY_CLOCKS("display_clocks"),
  /** One that this version does not know. */
  OTHER("other");

  private final String label;

  ThrottleReason(String label) {
    this.label = label;
  }

  /** The value of the label {@code reason}; part of the contract. */
  public String label() {
    return label;
  }
}
