package dev.streamgauge.timeline;

import java.util.Arrays;

/**
 * First and last token event of each choice of one answer, in one small array that grows with the
 * choices seen: each open stream has one.
 *
 * <p>Limit: 128 choices; later ones are taken for the last.
 */
final class ChoiceTimes {
  static final int CHOICES_MAX = 128;

  private static final int STATE = 0;
  private static final int FIRST_NANOS = 1;
  private static final int LAST_NANOS = 2;
  private static final int FIRST_TOKENS = 3;
  private static final int FIELDS = 4;

  private static final long STARTED = 1;
  private static final long FINISHED = 2;
  private static final long MAY_HAVE_FINISHED = 4;

  private long[] choices = new long[FIELDS];
  private int seen;
  private int finished;

  /** Where a choice is kept: to be given to the other methods. */
  int slot(int choice) {
    int slot = Math.clamp(choice, 0, CHOICES_MAX - 1) * FIELDS;
    if (slot >= choices.length) {
      grow(slot + FIELDS);
    }
    return slot;
  }

  boolean started(int slot) {
    return (choices[slot + STATE] & STARTED) != 0;
  }

  long lastNanos(int slot) {
    return choices[slot + LAST_NANOS];
  }

  void start(int slot, long nanos, int tokens) {
    enter(slot, STARTED);
    choices[slot + FIRST_NANOS] = nanos;
    choices[slot + LAST_NANOS] = nanos;
    choices[slot + FIRST_TOKENS] = Math.max(1, tokens);
  }

  void advance(int slot, long nanos) {
    choices[slot + LAST_NANOS] = nanos;
    choices[slot + STATE] &= ~MAY_HAVE_FINISHED;
  }

  /** What comes next is a first token event again. */
  void restart(int slot) {
    if (started(slot)) {
      choices[slot + STATE] &= ~(STARTED | MAY_HAVE_FINISHED);
      seen -= choices[slot + STATE] == 0 ? 1 : 0;
    }
  }

  void finish(int slot) {
    if ((choices[slot + STATE] & FINISHED) == 0) {
      enter(slot, FINISHED);
      finished++;
    }
  }

  /** Whether each choice seen has ended; false if there was none. */
  boolean allFinished() {
    return seen > 0 && finished == seen;
  }

  /** Something went by unread: the end of each choice may have been in it. */
  void mayHaveFinished() {
    for (int slot = 0; slot < choices.length; slot += FIELDS) {
      if (choices[slot + STATE] != 0) {
        choices[slot + STATE] |= MAY_HAVE_FINISHED;
      }
    }
  }

  /** Whether no choice is known to be unfinished. */
  boolean allMayHaveFinished() {
    for (int slot = 0; slot < choices.length; slot += FIELDS) {
      long state = choices[slot + STATE];
      if (state != 0 && (state & (FINISHED | MAY_HAVE_FINISHED)) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Sum over the choices of the time from the first to the last token event. */
  long spansNanos() {
    long sum = 0;
    for (int slot = 0; slot < choices.length; slot += FIELDS) {
      sum += choices[slot + LAST_NANOS] - choices[slot + FIRST_NANOS];
    }
    return sum;
  }

  /** Sum over the choices of the tokens in the first piece. */
  long firstPiecesTokens() {
    long sum = 0;
    for (int slot = 0; slot < choices.length; slot += FIELDS) {
      sum += choices[slot + FIRST_TOKENS];
    }
    return sum;
  }

  private void enter(int slot, long state) {
    if (choices[slot + STATE] == 0) {
      seen++;
    }
    choices[slot + STATE] |= state;
  }

  private void grow(int lengthNeeded) {
    int length = Math.max(lengthNeeded, choices.length * 2);
    choices = Arrays.copyOf(choices, Math.min(length, CHOICES_MAX * FIELDS));
  }
}
