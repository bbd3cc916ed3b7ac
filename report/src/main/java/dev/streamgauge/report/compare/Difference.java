package dev.streamgauge.report.compare;

import org.jspecify.annotations.Nullable;

/**
 * What changed from the baseline to now.
 *
 * @param interval null where one of the two has none
 */
public record Difference(double value, @Nullable Interval interval) {
  /** Whether something changed, as far as the runs tell. */
  public enum Verdict {
    HIGHER("higher"),
    LOWER("lower"),
    NOT_SHOWN("no difference shown"),
    TOO_LITTLE("too little to tell");

    private final String label;

    Verdict(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /**
   * The interval of a difference from those of its two parts (Zou and Donner 2008, MOVER); for
   * shares it is Newcombe's (1998).
   */
  static Difference of(Estimate now, Estimate before) {
    double value = now.value() - before.value();
    Interval a = now.interval();
    Interval b = before.interval();
    if (a == null || b == null) {
      return new Difference(value, null);
    }
    double down = Math.hypot(now.value() - a.low(), b.high() - before.value());
    double up = Math.hypot(a.high() - now.value(), before.value() - b.low());
    return new Difference(value, new Interval(value - down, value + up));
  }

  public Verdict verdict() {
    if (interval == null) {
      return Verdict.TOO_LITTLE;
    }
    if (interval.low() > 0) {
      return Verdict.HIGHER;
    }
    return interval.high() < 0 ? Verdict.LOWER : Verdict.NOT_SHOWN;
  }
}
