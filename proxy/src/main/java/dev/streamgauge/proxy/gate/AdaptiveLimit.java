package dev.streamgauge.proxy.gate;

import dev.streamgauge.telemetry.GateView;
import java.util.Arrays;

/**
 * Finds how many requests the server has room for: additive increase, multiplicative decrease (Chiu
 * and Jain 1989), with the delay as the signal that TCP Vegas takes (Brakmo and Peterson 1995). The
 * delay is the time from admission, or from the last byte of the request if that was sent later, to
 * the first token. While a request finds a free place in the engine's batch it hardly depends on
 * how many others there are; one more, and each waits for another's end.
 *
 * <p>Delays are looked at in windows, and only those count whose request met the limit as it is
 * now. By Little's law a limit that is a tenth too high makes requests wait for a tenth of the time
 * that one holds its place with the server: a mean that has grown by more than that makes the limit
 * fall to where nobody would have waited, and a little below, so that the delay of those who do not
 * wait is measured again. Else, if the limit was reached, it grows by one, or by half until it fell
 * for the first time. Where falling does not help, what was the least is no more: prompts have
 * become longer.
 *
 * <p>A server that sends whole answers has no first token to tell of; there the delay is the whole
 * time.
 */
final class AdaptiveLimit implements ConcurrencyLimit {
  /** Low, so that the least time is one without company. */
  static final int INITIAL = 1;

  static final int MOST = 1_000;
  static final int SAMPLES_MIN = 16;

  /** While it still grows by half. */
  private static final int FIRST_SAMPLES_MIN = 4;

  /** Of the least delay: it may always grow less than this, whatever chance does. */
  private static final double GROWTH_MOST = 0.5;

  /** Of the time that a request holds its place: how far the delay may grow. */
  private static final double WAIT = 0.1;

  /** Of the same: no less than this is ever taken for a wait. */
  private static final double WAIT_LEAST = 0.05;

  /** Where whole answers are gone by: they differ more, and all of them take longer in a batch. */
  private static final double WAIT_OF_WHOLE = 0.25;

  private static final double STANDARD_ERRORS = 2;

  /** Timers and garbage collections are that late. */
  private static final double NOISE_NANOS = 2e6;

  private static final double DECREASE = 0.9;
  private static final double DECREASE_MOST = 0.7;

  /** So far below where nobody would have waited. */
  private static final double BELOW = 0.05;

  /** So many falls in a row that do not lower the mean to this share of it are in vain. */
  private static final int FALLS_MAX = 4;

  private static final double FALLS_HELP = 0.8;
  private static final double NANOS_PER_SECOND = 1e9;

  /** Of the last answers: what they took besides the delay. */
  private final long[] rests = new long[32];

  private long restsSeen;
  private final Delays toFirstToken = new Delays();
  private final Delays toEnd = new Delays();
  private Delays delays = toFirstToken;
  private int wholeInARow;
  private boolean limited;
  private int limit = INITIAL;
  private boolean fellOnce;
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
  public void firstToken(long begunNanos, long nowNanos, boolean isLimited) {
    wholeInARow = 0;
    goBy(toFirstToken);
    sample(begunNanos, nowNanos, isLimited);
  }

  @Override
  public void streamed(long restNanos) {
    rests[(int) (restsSeen++ % rests.length)] = restNanos;
  }

  @Override
  public boolean whole(long begunNanos, long nowNanos, boolean isLimited) {
    if (wholeInARow < SAMPLES_MIN) {
      wholeInARow++;
      return false; // streams may follow
    }
    boolean news = delays != toEnd;
    goBy(toEnd);
    sample(begunNanos, nowNanos, isLimited);
    return news;
  }

  private void goBy(Delays kind) {
    if (delays != kind) {
      delays.drop();
      delays = kind;
      limited = false;
      falls = 0;
    }
  }

  private void sample(long begunNanos, long nowNanos, boolean isLimited) {
    if (begunNanos < changedNanos) {
      return; // it met another limit
    }
    delays.add(nowNanos - begunNanos);
    limited |= isLimited;
    int least = fellOnce ? SAMPLES_MIN : FIRST_SAMPLES_MIN;
    if (delays.samples() >= Math.clamp(limit, least, MOST)) {
      decide(nowNanos);
    }
  }

  @Override
  public void refused(long begunNanos, long nowNanos) {
    if (begunNanos >= changedNanos) {
      fall(DECREASE, nowNanos);
    }
  }

  private void decide(long nowNanos) {
    double restNanos = delays == toEnd ? 0 : restNanos();
    delays.look(restNanos, fellOnce);
    double heldNanos = delays.leastNanos() + restNanos;
    double waitNanos = delays.meanNanos() - delays.leastNanos();
    boolean slow = waitNanos > toleratedNanos(heldNanos);
    if (slow && !inVain(delays.meanNanos())) {
      double withoutWait = heldNanos / (heldNanos + waitNanos);
      fall(Math.clamp(withoutWait - BELOW, DECREASE_MOST, DECREASE), nowNanos);
      return;
    }
    falls = 0;
    if (slow) {
      delays.forget();
    }
    delays.usual();
    if (limited && limit < MOST) {
      int step = fellOnce ? 1 : Math.max(1, limit / 2);
      increases++;
      change(Math.min(MOST, limit + step), nowNanos);
    } else {
      holds++;
      change(limit, nowNanos);
    }
  }

  private double toleratedNanos(double heldNanos) {
    if (delays == toEnd) {
      return Math.max(NOISE_NANOS, WAIT_OF_WHOLE * heldNanos);
    }
    double wait = Math.max(WAIT * heldNanos, STANDARD_ERRORS * delays.standardErrorNanos());
    double tolerated = Math.min(GROWTH_MOST * delays.leastNanos(), wait);
    return Math.max(Math.max(NOISE_NANOS, WAIT_LEAST * heldNanos), tolerated);
  }

  /** The median of the last ones. */
  private double restNanos() {
    long[] sorted = Arrays.copyOf(rests, (int) Math.min(restsSeen, rests.length));
    Arrays.sort(sorted);
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  /** Whether falling has changed so little that prompts must have grown, and not a queue. */
  private boolean inVain(double meanNanos) {
    if (falls == 0) {
      firstFallNanos = meanNanos;
    }
    return ++falls > FALLS_MAX && meanNanos > FALLS_HELP * firstFallNanos;
  }

  private void fall(double to, long nowNanos) {
    fellOnce = true;
    int next = Math.max(1, Math.min(limit - 1, (int) (to * limit)));
    decreases++;
    change(next, nowNanos);
    changedNanos = nowNanos; // at the least limit, too
  }

  private void change(int next, long nowNanos) {
    if (next != limit) {
      limit = next;
      changedNanos = nowNanos;
    }
    delays.drop();
    limited = false;
  }

  @Override
  public GateView.Adaptive adaptive() {
    return new GateView.Adaptive(
        delays.leastNanos() / NANOS_PER_SECOND,
        delays.meanNanos() / NANOS_PER_SECOND,
        increases,
        decreases,
        holds);
  }
}
