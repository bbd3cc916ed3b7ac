package dev.streamgauge.proxy.gate;

import dev.streamgauge.telemetry.GateView;
import java.util.Arrays;

/**
 * Finds how many requests the server has room for: additive increase, multiplicative decrease (Chiu
 * and Jain 1989), with the delay as the signal that TCP Vegas takes (Brakmo and Peterson 1995). The
 * delay is the time from admission to the first token. While a request finds a free place in the
 * engine's batch it hardly depends on how many others there are; one more, and each waits for
 * another's end.
 *
 * <p>Times are looked at in windows of as many first tokens as the limit allows requests. Only
 * those count that were admitted under the limit as it is now. Where the median of a window is
 * above one and a half times the least median, the limit falls by a tenth; where it is not, and the
 * limit was reached, the limit grows by one, or by half until it fell for the first time. Where
 * falling does not help, what was the least is no more: prompts have become longer.
 */
final class AdaptiveLimit implements ConcurrencyLimit {
  /** Low, so that the least time is one without company. */
  static final int INITIAL = 1;

  static final int MOST = 1_000;
  private static final int SAMPLES_MIN = 10;

  /** While it still grows by half. */
  private static final int FIRST_SAMPLES_MIN = 4;

  private static final double TOLERANCE = 1.5;
  private static final double DECREASE = 0.9;

  /** So many falls in a row that do not lower the median to this share of it are in vain. */
  private static final int FALLS_MAX = 4;

  private static final double FALLS_HELP = 0.8;
  private static final double NANOS_PER_SECOND = 1e9;

  /** How far the least median gives way to each that is not much greater. */
  private static final double FORGETTING = 0.01;

  private final long[] window = new long[MOST];
  private int samples;
  private boolean limited;
  private int limit = INITIAL;
  private boolean fellOnce;
  private double leastNanos = Double.NaN;
  private double lastNanos = Double.NaN;
  private long increases;
  private long decreases;
  private long holds;
  private long changedNanos = Long.MIN_VALUE;
  private int falls;
  private double firstFallNanos;

  @Override
  public int now() {
    return limit;
  }

  @Override
  public void firstToken(long admittedNanos, long nowNanos, boolean isLimited) {
    if (admittedNanos < changedNanos) {
      return; // it met another limit
    }
    window[samples++] = nowNanos - admittedNanos;
    limited |= isLimited;
    int least = fellOnce ? SAMPLES_MIN : FIRST_SAMPLES_MIN;
    if (samples >= Math.clamp(limit, least, MOST)) {
      decide(median(), nowNanos);
    }
  }

  @Override
  public void refused(long admittedNanos, long nowNanos) {
    if (admittedNanos >= changedNanos) {
      fall(nowNanos);
    }
  }

  private double median() {
    Arrays.sort(window, 0, samples);
    return window[samples / 2];
  }

  private void decide(double medianNanos, long nowNanos) {
    if (Double.isNaN(leastNanos) || medianNanos < leastNanos) {
      leastNanos = medianNanos;
    }
    lastNanos = medianNanos;
    boolean slow = medianNanos > TOLERANCE * leastNanos;
    if (slow && !inVain(medianNanos)) {
      fall(nowNanos);
      return;
    }
    falls = 0;
    if (slow) {
      leastNanos = medianNanos;
    }
    if (limited && limit < MOST) {
      int step = fellOnce ? 1 : Math.max(1, limit / 2);
      increases++;
      change(Math.min(MOST, limit + step), nowNanos);
    } else {
      holds++;
      change(limit, nowNanos);
    }
    leastNanos += FORGETTING * (medianNanos - leastNanos);
  }

  /** Whether falling has changed so little that prompts must have grown, and not a queue. */
  private boolean inVain(double medianNanos) {
    if (falls == 0) {
      firstFallNanos = medianNanos;
    }
    return ++falls > FALLS_MAX && medianNanos > FALLS_HELP * firstFallNanos;
  }

  private void fall(long nowNanos) {
    fellOnce = true;
    int next = Math.max(1, Math.min(limit - 1, (int) (DECREASE * limit)));
    decreases++;
    change(next, nowNanos);
    changedNanos = nowNanos; // at the least limit, too
  }

  private void change(int next, long nowNanos) {
    if (next != limit) {
      limit = next;
      changedNanos = nowNanos;
    }
    samples = 0;
    limited = false;
  }

  @Override
  public GateView.Adaptive adaptive() {
    return new GateView.Adaptive(
        leastNanos / NANOS_PER_SECOND, lastNanos / NANOS_PER_SECOND, increases, decreases, holds);
  }
}
