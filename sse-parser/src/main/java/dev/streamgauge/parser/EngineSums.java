package dev.streamgauge.parser;

/**
 * Sums of {@code timings} over choices. They come beside a choice, as running counts, or in frames
 * without choices, one for each choice at its end (llama.cpp): two tellings of the same, of which
 * the one that has come further counts.
 */
final class EngineSums {
  private static final int FIELDS = 3;
  private static final int OUTPUT = 0;
  private static final int INPUT = 1;
  private static final int CACHED = 2;

  /** By choice and field, as of the choice's last frame. */
  private long[] byChoice = new long[FIELDS];

  private final long[] beside = new long[FIELDS];
  private final long[] apart = new long[FIELDS];
  private int framesApart;

  void timings(OpenAiFrame frame, int choicesSeen, StreamSink sink) {
    if (frame.choiceCount() > 0) {
      beside(frame.choice(0).choice, frame.timings);
    } else {
      apart(frame.timings, choicesSeen);
    }
    long[] sums = apart[OUTPUT] >= beside[OUTPUT] ? apart : beside;
    sink.usage(
        TokenSource.ENGINE,
        sums[INPUT],
        sums[OUTPUT],
        sums[CACHED],
        StreamSink.UNKNOWN,
        StreamSink.UNKNOWN);
    frame.timings.tellTimes(sink);
  }

  private void beside(int choice, EngineTimings timings) {
    byChoice = Ascii.grown(byChoice, (choice + 1) * FIELDS, 0);
    replace(choice, OUTPUT, timings.predicted);
    replace(choice, INPUT, timings.input());
    replace(choice, CACHED, timings.cached);
  }

  private void replace(int choice, int field, long count) {
    int at = choice * FIELDS + field;
    long known = Math.max(0, count);
    beside[field] += known - byChoice[at];
    byChoice[at] = known;
  }

  private void apart(EngineTimings timings, int choicesSeen) {
    framesApart++;
    boolean another = framesApart <= choicesSeen;
    add(OUTPUT, timings.predicted, another);
    add(INPUT, timings.input(), another);
    add(CACHED, timings.cached, another);
  }

  private void add(int field, long count, boolean another) {
    apart[field] = Math.max(0, count) + (another ? apart[field] : 0);
  }
}
