package dev.streamgauge.parser;

import java.util.Arrays;

/**
 * Sums of {@code timings} over choices. They come beside a choice, as running counts, or in frames
 * without choices, one for each choice at its end (llama.cpp): two tellings of the same, of which
 * the one that has come further counts.
 */
final class EngineSums {
  private final ChoiceSums beside = new ChoiceSums();
  private final long[] apart = new long[ChoiceSums.FIELDS];
  private int framesApart;

  EngineSums() {
    Arrays.fill(apart, StreamSink.UNKNOWN);
  }

  void timings(OpenAiFrame frame, int choicesSeen, StreamSink sink) {
    EngineTimings timings = frame.timings;
    if (frame.choiceCount() > 0) {
      int choice = frame.choice(0).choice;
      beside.replace(choice, ChoiceSums.OUTPUT, timings.predicted);
      beside.replace(choice, ChoiceSums.INPUT, timings.input());
      beside.replace(choice, ChoiceSums.CACHED, timings.cached);
    } else {
      framesApart++;
      boolean another = framesApart <= choicesSeen;
      add(ChoiceSums.OUTPUT, timings.predicted, another);
      add(ChoiceSums.INPUT, timings.input(), another);
      add(ChoiceSums.CACHED, timings.cached, another);
    }
    tell(sink);
    timings.tellTimes(sink);
  }

  private void add(int field, long count, boolean another) {
    if (count >= 0) {
      apart[field] = another ? DialectParser.sum(apart[field], count) : count;
    }
  }

  private void tell(StreamSink sink) {
    if (apart[ChoiceSums.OUTPUT] < beside.sum(ChoiceSums.OUTPUT)) {
      beside.tell(sink);
      return;
    }
    sink.usage(
        TokenSource.ENGINE,
        apart[ChoiceSums.INPUT],
        apart[ChoiceSums.OUTPUT],
        apart[ChoiceSums.CACHED],
        StreamSink.UNKNOWN,
        StreamSink.UNKNOWN);
  }
}
