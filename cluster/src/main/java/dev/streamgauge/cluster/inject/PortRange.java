package dev.streamgauge.cluster.inject;

import dev.streamgauge.config.ValueType;
import org.jspecify.annotations.Nullable;

/** Ports from one to another, both included. */
record PortRange(int first, int last) {

  /** {@code FIRST-LAST}. */
  record Type() implements ValueType<PortRange> {
    @Override
    public @Nullable PortRange parse(String text) {
      if (!text.matches("[0-9]{4,5}-[0-9]{4,5}")) {
        return null;
      }
      int dash = text.indexOf('-');
      int first = Integer.parseInt(text.substring(0, dash));
      int last = Integer.parseInt(text.substring(dash + 1));
      return first < 1024 || last > 65_535 || first > last ? null : new PortRange(first, last);
    }

    @Override
    public String placeholder() {
      return "FIRST-LAST";
    }

    @Override
    public String allowed() {
      return "FIRST-LAST, ports from 1024 to 65535";
    }
  }
}
