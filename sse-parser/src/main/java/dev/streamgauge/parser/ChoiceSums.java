package dev.streamgauge.parser;

import java.util.Arrays;

/**
 * Counts that come as running ones of each choice, added up over the choices: one small array that
 * grows up to {@link DialectParser#CHOICES_MAX} of them.
 */
final class ChoiceSums {
  static final int OUTPUT = 0;
  static final int INPUT = 1;
  static final int CACHED = 2;
  static final int REASONING = 3;

  static final int FIELDS = 4;

  private long[] byChoice = new long[FIELDS];
  private final long[] sums = new long[FIELDS];

  ChoiceSums() {
    Arrays.fill(sums, StreamSink.UNKNOWN);
  }

  /** What the choice came to; a count that is not known leaves what was said before. */
  void replace(int choice, int field, long count) {
    if (count < 0) {
      return;
    }
    byChoice = Ascii.grown(byChoice, (choice + 1) * FIELDS, 0);
    int at = choice * FIELDS + field;
    sums[field] = Math.max(0, sums[field]) + count - byChoice[at];
    byChoice[at] = count;
  }

  /** What the choice was last said to have come to; 0 before that. */
  long of(int choice, int field) {
    int at = choice * FIELDS + field;
    return at < byChoice.length ? byChoice[at] : 0;
  }

  /** Over all choices; unknown if it is of none. */
  long sum(int field) {
    return sums[field];
  }

  void tell(StreamSink sink) {
    sink.usage(
        TokenSource.ENGINE,
        sums[INPUT],
        sums[OUTPUT],
        sums[CACHED],
        StreamSink.UNKNOWN,
        sums[REASONING]);
  }
}
