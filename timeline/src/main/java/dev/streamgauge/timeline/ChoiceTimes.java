package dev.streamgauge.timeline;

import java.util.Arrays;

/**
 * First and last token event of each choice of one answer. Small arrays that grow with the choices
 * seen.
 *
 * <p>Limit: 128 choices; later ones are taken for the last.
 */
final class ChoiceTimes {
  static final int CHOICES_MAX = 128;
  private static final byte STARTED = 1;
  private static final byte FINISHED = 2;

  private byte[] states = new byte[1];
  private long[] firstNanos = new long[1];
  private long[] lastNanos = new long[1];
  private int[] firstTokens = new int[1];
  private int seen;
  private int finished;

  /** The slot in which a choice is kept. */
  int slot(int choice) {
    int slot = Math.clamp(choice, 0, CHOICES_MAX - 1);
    if (slot >= states.length) {
      grow(slot);
    }
    return slot;
  }

  boolean started(int slot) {
    return (states[slot] & STARTED) != 0;
  }

  long lastNanos(int slot) {
    return lastNanos[slot];
  }

  void start(int slot, long nanos, int tokens) {
    enter(slot, STARTED);
    firstNanos[slot] = nanos;
    lastNanos[slot] = nanos;
    firstTokens[slot] = Math.max(1, tokens);
  }

  void advance(int slot, long nanos) {
    lastNanos[slot] = nanos;
  }

  void finish(int slot) {
    if ((states[slot] & FINISHED) == 0) {
      enter(slot, FINISHED);
      finished++;
    }
  }

  /** Whether each choice seen has ended; false if there was none. */
  boolean allFinished() {
    return seen > 0 && finished == seen;
  }

  /** Sum over the choices of the time from the first to the last token event. */
  long spansNanos() {
    long sum = 0;
    for (int slot = 0; slot < states.length; slot++) {
      sum += lastNanos[slot] - firstNanos[slot];
    }
    return sum;
  }

  /** Sum over the choices of the tokens in the first piece. */
  long firstPiecesTokens() {
    long sum = 0;
    for (int tokens : firstTokens) {
      sum += tokens;
    }
    return sum;
  }

  private void enter(int slot, byte state) {
    if (states[slot] == 0) {
      seen++;
    }
    states[slot] |= state;
  }

  private void grow(int slot) {
    int length = Math.min(CHOICES_MAX, Math.max(slot + 1, states.length * 2));
    states = Arrays.copyOf(states, length);
    firstNanos = Arrays.copyOf(firstNanos, length);
    lastNanos = Arrays.copyOf(lastNanos, length);
    firstTokens = Arrays.copyOf(firstTokens, length);
  }
}
