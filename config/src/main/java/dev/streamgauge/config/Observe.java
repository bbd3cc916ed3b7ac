package dev.streamgauge.config;

import java.math.BigDecimal;

/**
 * Which requests are read, and not only relayed.
 *
 * @param ratio the share of them, from 0 to 1
 */
public record Observe(double ratio) {
  public static final Observe ON = new Observe(1);
  public static final Observe OFF = new Observe(0);

  /** As it is written. */
  @Override
  public String toString() {
    if (ratio == 0) {
      return "off";
    }
    return ratio == 1 ? "on" : "sampled " + BigDecimal.valueOf(ratio).toPlainString();
  }
}
