package dev.streamgauge.parser;

import java.util.Arrays;

/**
 * The inferences that run on one call, by their requests' ids: each has the number of a choice for
 * as long as it runs.
 *
 * <p>Limits: {@link AnswerParser#CHOICES_MAX} at once, beyond it all are taken for the last;
 * {@value #ID_BYTES_MAX} bytes of an id.
 */
final class InferIds {
  static final int ID_BYTES_MAX = 128;
  private static final int FIRST_ROOM = 4;

  private byte[][] ids = new byte[FIRST_ROOM][];
  private boolean[] running = new boolean[FIRST_ROOM];

  /** Numbers below it have been used. */
  private int used;

  /** Whether the number found last had been another's before. */
  private boolean reused;

  /** The inference's choice; begins it if there is none of the id. */
  int choice(byte[] bytes, int start, int end) {
    int stop = Math.min(end, start + ID_BYTES_MAX);
    int free = used;
    for (int i = used - 1; i >= 0; i--) {
      if (!running[i]) {
        free = i;
      } else if (Arrays.equals(ids[i], 0, ids[i].length, bytes, start, stop)) {
        reused = false;
        return i;
      }
    }
    return begin(Math.min(free, AnswerParser.CHOICES_MAX - 1), bytes, start, stop);
  }

  private int begin(int choice, byte[] bytes, int start, int stop) {
    reused = choice < used && !running[choice];
    if (choice == ids.length) {
      ids = Arrays.copyOf(ids, choice * 2);
      running = Arrays.copyOf(running, choice * 2);
    }
    ids[choice] = Arrays.copyOfRange(bytes, start, stop);
    running[choice] = true;
    used = Math.max(used, choice + 1);
    return choice;
  }

  boolean reused() {
    return reused;
  }

  void ended(int choice) {
    running[choice] = false;
  }
}
