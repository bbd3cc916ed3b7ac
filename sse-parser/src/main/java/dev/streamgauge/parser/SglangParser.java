package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * SGLang's own {@code /generate} as SGLang 0.5 sends it.
 *
 * <p>{@code text} is all that there is so far, or with {@code --incremental-streaming-output} what
 * came since the last frame, several that had to wait merged into one. So what a frame brings is
 * told by {@code meta_info.completion_tokens}: a token event is a frame in which it grew, by as
 * many tokens. That takes in half a character, which adds no text, but not the frame of a choice's
 * end that adds none. Where the count is missing, a token event is a frame whose text grew. It is
 * reasoning if {@code reasoning_tokens} grew by as much.
 *
 * <p>The requests of a batch and the answers to one prompt have an {@code index} each; their counts
 * are added, also those of the prompts. The end marker is {@code [DONE]}. What the scheduler gives
 * up with a status in its finish reason is an error inside the stream.
 */
final class SglangParser extends DialectParser {
  private static final long[] NOTHING_YET = {};

  private final SglangFrame frame = new SglangFrame();
  private final ChoiceCounts choices = new ChoiceCounts();
  private final ChoiceSums sums = new ChoiceSums();

  /** How long each choice's text was in its last frame. */
  private long[] textBytes = NOTHING_YET;

  private boolean incremental;
  private boolean timesTold;

  SglangParser(StreamSink sink) {
    super(sink);
  }

  @Override
  boolean readFrame() {
    return frame.read(json);
  }

  @Override
  void tellFrame(EventName event) {
    frame.error.named(event);
    if (!frame.error.present()) {
      choices.see(frame.choice);
      tellPiece();
    }
    tellRest();
  }

  /** One object, or for a batch an array of them. */
  @Override
  boolean tellAnswer() {
    if (json.peek() != JsonKind.ARRAY) {
      return readOne(0);
    }
    json.enterArray();
    boolean sound = true;
    for (int i = 0; sound && json.nextElement(); i++) {
      sound = readOne(choiceOf(i));
    }
    return sound && !json.failed();
  }

  private boolean readOne(int choice) {
    boolean sound = frame.read(json);
    if (sound) {
      frame.choice = choice;
      choices.see(choice);
      tellRest();
    }
    return sound;
  }

  private void tellPiece() {
    int choice = frame.choice;
    long before = sums.of(choice, ChoiceSums.OUTPUT);
    long completion = frame.meta.completion;
    long growth = completion - before;
    incremental |= growth > 0 && growth < completion && frame.outputIds == growth;
    boolean newText = textGrew(choice);
    boolean told = completion >= 0 && (!frame.meta.finished() || frame.textBytes < 0);
    if (told ? growth > 0 : newText) {
      TokenKind kind = kind(choice, growth);
      choices.tokenEvent(sink, choice, kind, StreamSink.UNKNOWN, completion);
    }
  }

  private boolean textGrew(int choice) {
    textBytes = Ascii.grown(textBytes, choice + 1, 0);
    long before = textBytes[choice];
    textBytes[choice] = Math.max(0, frame.textBytes);
    return frame.textBytes > (incremental ? 0 : before);
  }

  private TokenKind kind(int choice, long growth) {
    long thought = frame.meta.reasoning - sums.of(choice, ChoiceSums.REASONING);
    return growth > 0 && thought >= growth ? TokenKind.REASONING : TokenKind.TEXT;
  }

  private void tellRest() {
    SglangMeta meta = frame.meta;
    tellCounts(meta);
    if (meta.hasTimes() && (!timesTold || meta.finished())) {
      timesTold = true;
      sink.engineTimes(
          meta.queueNanos, meta.prefillNanos(), meta.decodeNanos(), StreamSink.UNKNOWN);
    }
    if (meta.finished() && choices.finishesFirst(frame.choice)) {
      tellFinish(frame.choice, meta.typeStart, meta.typeEnd);
    }
    @Nullable String failure = failure();
    if (failure != null) {
      sink.error(failure);
    }
  }

  private @Nullable String failure() {
    boolean failed = frame.error.present() || frame.meta.failed();
    return failed ? frame.error.message(json) : null;
  }

  private void tellCounts(SglangMeta meta) {
    if (meta.completion < 0) {
      return;
    }
    sums.replace(frame.choice, ChoiceSums.OUTPUT, meta.completion);
    sums.replace(frame.choice, ChoiceSums.INPUT, meta.prompt);
    sums.replace(frame.choice, ChoiceSums.CACHED, meta.cached);
    sums.replace(frame.choice, ChoiceSums.REASONING, meta.reasoning);
    sums.tell(sink);
  }
}
