package dev.streamgauge.parser;

/**
 * llama.cpp's own {@code /completion} and {@code /infill}.
 *
 * <p>A token event is a frame with {@code content} that isn't empty; a {@code prompt_progress}
 * frame is none. llama.cpp holds half characters back, so a frame's {@code tokens} can be fewer
 * than were generated: the growth of {@code tokens_predicted} says how many there were, and {@code
 * tokens} only where that count is missing.
 *
 * <p>Input is {@code tokens_evaluated}; of it {@code timings.cache_n} came from the cache ({@code
 * tokens_cached} is what the cache holds afterwards, another thing). The end marker is {@code
 * "stop":true}, of every choice that was seen; there is no {@code [DONE]}.
 */
final class LlamaCppParser extends DialectParser {
  private final LlamaCppFrame frame = new LlamaCppFrame();
  private final ChoiceCounts choices = new ChoiceCounts();
  private final ChoiceSums sums = new ChoiceSums();
  private int finishedCount;

  /** The frame read last is null: so begin the answers to several prompts. */
  private boolean nothing;

  LlamaCppParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    nothing = json.peek() == JsonKind.NULL;
    if (nothing) {
      json.skipValue();
      return true;
    }
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    if (nothing) {
      return;
    }
    frame.error.named(event);
    tellPiece();
    tellRest();
    if (frame.stop && finishedCount == choices.seen()) {
      endMarkerOnce();
    }
  }

  /** One object, or for several prompts an array of them. */
  @Override
  boolean tellAnswer() {
    return json.peek() == JsonKind.ARRAY ? readAll() : readOne();
  }

  private boolean readAll() {
    json.enterArray();
    boolean sound = true;
    while (sound && json.nextElement()) {
      sound = readOne();
    }
    return sound && !json.failed();
  }

  private boolean readOne() {
    boolean sound = frame.read(json);
    if (sound) {
      choices.see(frame.choice);
      tellRest();
    }
    return sound;
  }

  private void tellPiece() {
    if (frame.error.present()) {
      return;
    }
    choices.see(frame.choice);
    choices.carried(frame.choice, frame.tokens, 0);
    if (frame.filledContent && !frame.progress) {
      boolean counted = frame.predicted > 0;
      choices.tokenEvent(
          sink,
          frame.choice,
          TokenKind.TEXT,
          StreamSink.UNKNOWN,
          counted ? frame.predicted : StreamSink.UNKNOWN);
    }
  }

  private void tellRest() {
    tellModel(frame.modelStart, frame.modelEnd);
    if (frame.error.present()) {
      sink.error(frame.error.message(json));
      return;
    }
    tellCounts();
    if (frame.stop && choices.finishesFirst(frame.choice)) {
      finishedCount++;
      String raw = stopType();
      sink.finished(frame.choice, FinishWords.meaning(raw), raw);
    }
  }

  private void tellCounts() {
    if (frame.predicted > 0) {
      sums.replace(frame.choice, ChoiceSums.OUTPUT, frame.predicted);
      sums.replace(frame.choice, ChoiceSums.INPUT, frame.evaluated);
      sums.replace(frame.choice, ChoiceSums.CACHED, frame.timings.cached);
      sums.tell(sink);
    }
    if (frame.timings.present()) {
      frame.timings.tellTimes(sink);
    }
  }

  /** Older servers have flags instead of the word. */
  private String stopType() {
    if (frame.reasonEnd > frame.reasonStart) {
      return json.rangeString(frame.reasonStart, frame.reasonEnd, REASON_CHARS_MAX);
    }
    return frame.stoppedByLimit ? "limit" : "stop";
  }
}
