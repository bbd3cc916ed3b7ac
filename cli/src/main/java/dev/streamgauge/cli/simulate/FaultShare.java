package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.Ratio;
import dev.streamgauge.config.ValueType;
import org.jspecify.annotations.Nullable;

/** How many of the requests meet a fault: {@code truncate=0.01}. */
record FaultShare(Fault fault, double ratio) {

  /** Its written form. */
  record Type() implements ValueType<FaultShare> {
    private static final Ratio RATIO = new Ratio();

    @Override
    public @Nullable FaultShare parse(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        return null;
      }
      Fault fault = Fault.named(text.substring(0, equals));
      Double ratio = RATIO.parse(text.substring(equals + 1));
      return fault == null || ratio == null ? null : new FaultShare(fault, ratio);
    }

    @Override
    public String placeholder() {
      return "KIND=RATIO";
    }

    @Override
    public String allowed() {
      return "KIND=RATIO, as truncate=0.01; all ratios together at most 1; KIND one of "
          + Fault.labels();
    }
  }
}
